"""Compares Sluice with nginx on this machine, with a Kafka behind it where there is one, and prints one table.

The servers take turns, several rounds long, so that what changes on the machine meets all of them; what counts are the
ratios within a round. Figures are medians of the rounds. "CPU µs" is the whole server process's CPU time for one
request, librdkafka's threads included; "x nginx" and "rate" compare it and the requests per second with nginx's in the
same round.
"""

import argparse
import json
import os
import platform
import shutil
import signal
import sys
import tempfile

import gateway_rows
import rows
import table
from bench import BUILD, Bench, progress
from load import LoadError
from servers import ServerError

ALL = [
    rows.Nginx, rows.Terminate, rows.Asynchronous, rows.Acknowledged, rows.Constant, *gateway_rows.ALL, rows.Memory]


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/bench", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="rows:\n" + "\n".join(f"  {row.name.ljust(14)}{row.title}" for row in ALL))
    names = [row.name for row in ALL]
    parser.add_argument("--only", action="append", choices=names, metavar="NAME", help="only this row (may repeat)")
    parser.add_argument("--seconds", type=int, default=5, metavar="N", help="length of one row's turn (5)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="turns of each row (5)")
    parser.add_argument("--json", metavar="FILE", help="writes all samples there too")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a goal is missed")
    parser.add_argument(
        "--binary", default=os.path.join(BUILD, "release", "sluice"), metavar="FILE",
        help="the program to measure (.build/release/sluice)")
    options = parser.parse_args()
    if options.seconds < 1 or options.rounds < 1:
        parser.error("--seconds and --rounds are at least 1")
    # Servers must not be left behind, also when a shell had told its jobs to ignore SIGINT.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, interrupt)
    folder = tempfile.mkdtemp(prefix="sluice-bench-")
    bench = Bench(folder, options.binary)
    try:
        return compare(bench, options)
    except (LoadError, ServerError) as error:
        print(f"bench: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130
    finally:
        bench.stop()
        shutil.rmtree(folder, ignore_errors=True)


def interrupt(number, frame):
    raise KeyboardInterrupt


def compare(bench, options):
    kinds = [row for row in ALL if not options.only or row.name in options.only]
    if rows.Nginx not in kinds and any(issubclass(row, rows.FullSpeed) for row in kinds):
        kinds.insert(0, rows.Nginx)
    chosen, skipped = [], []
    for kind in kinds:
        reason = next((bench.missing[need] for need in kind.needs if need in bench.missing), None)
        if reason:
            skipped.append((kind.title, reason))
        else:
            chosen.append(kind(bench))
    bench.start(chosen)
    for row in chosen:
        progress(f"warming up: {row.name}")
        row.warm_up()
    for number in range(options.rounds):
        for row in chosen:
            progress(f"round {number + 1} of {options.rounds}: {row.name}")
            row.run(options.seconds)
    bench.stop()
    met = report(bench, chosen, skipped, options)
    return 1 if options.check and not met else 0


def report(bench, chosen, skipped, options):
    """Prints the table; whether every goal is met."""
    cores = {name: ",".join(map(str, sorted(numbers))) for name, numbers in bench.cores.items()}
    print(
        f"{options.rounds} rounds of {options.seconds} s, 64 connections; {platform.machine()}, "
        f"{os.cpu_count()} cores, Linux {platform.release()}\n"
        f"servers on core {cores['server']}, load on core {cores['load']}, broker on {cores['broker']}\n")
    lines, met = table.write(chosen, skipped)
    print("\n".join(lines))
    for note in [note for row in chosen for note in row.notes()] + bench.problems:
        print(f"note: {note}")
    if options.json:
        with open(options.json, "w") as file:
            json.dump({
                "seconds": options.seconds, "cores": cores,
                "rows": {row.name: {"samples": row.samples, "median": row.figures()} for row in chosen}}, file,
                indent=1)
    return met


if __name__ == "__main__":
    sys.exit(main())
