"""Measures the codecs and their peers on one core, with the same document and the same schemas, and prints one table.

The peers are Python packages that do the work in C, in Rust or in generated code; what they are given is the document's
text, so that reading JSON is part of what is measured everywhere. MB/s are of that text; the time is the process's own,
the best of ten parts.
"""

import argparse
import io
import json
import os
import subprocess
import sys
import time

SLUICE = "Sluice"


def best(work, size, seconds):
    """Nanoseconds for one turn: the best of ten parts of the time, in the process's own time."""
    best = float("inf")
    for _ in range(10):
        count, start = 0, time.process_time_ns()
        while (elapsed := time.process_time_ns() - start) < seconds * 1e8:
            for _ in range(20):
                work()
            count += 20
        best = min(best, elapsed / max(count, 1))
    return size, best


def peers(inputs):
    """What others do: name, what with, a function; or why it is not to be had."""
    text = inputs["document"].encode()
    # fastavro makes a date of a timestamp, which JSON does not have: it gets the number that is written.
    avro = json.loads(inputs["avro"].replace('"logicalType": "timestamp-millis"', '"doc": ""'))
    schema = json.loads(inputs["json"])
    found = []

    def peer(name, package, prepare):
        try:
            found.append((name, package, prepare(), None))
        except ImportError as error:
            found.append((name, package, None, str(error)))

    def fastavro():
        import fastavro

        parsed = fastavro.parse_schema(avro)

        def work():
            fastavro.schemaless_writer(io.BytesIO(), parsed, json.loads(text))

        work()
        return work

    def fastavro_read():
        import fastavro

        parsed = fastavro.parse_schema(avro)
        output = io.BytesIO()
        fastavro.schemaless_writer(output, parsed, json.loads(text))
        encoded = output.getvalue()
        return lambda: json.dumps(fastavro.schemaless_reader(io.BytesIO(encoded), parsed))

    def jsonschema():
        import jsonschema

        validator = jsonschema.Draft202012Validator(schema)
        return lambda: validator.validate(json.loads(text))

    def fastjsonschema():
        import fastjsonschema

        # It knows no later draft than 7, and none of what this schema has changed since.
        validate = fastjsonschema.compile({**schema, "$schema": "http://json-schema.org/draft-07/schema#"})
        return lambda: validate(json.loads(text))

    def jsonschema_rs():
        import jsonschema_rs

        validator = jsonschema_rs.validator_for(schema)
        return lambda: validator.validate(json.loads(text))

    peer("JSON: read", "json (CPython)", lambda: lambda: json.loads(text))
    peer("Avro: encode, plain JSON", "fastavro", fastavro)
    peer("Avro: decode, plain JSON", "fastavro", fastavro_read)
    peer("JSON Schema: validate", "jsonschema-rs", jsonschema_rs)
    peer("JSON Schema: validate", "fastjsonschema", fastjsonschema)
    peer("JSON Schema: validate", "jsonschema", jsonschema)
    return found, len(text)


TITLES = {
    "simdjson alone": "JSON: read",
    "avro: encode, simple_json": "Avro: encode, plain JSON",
    "avro: encode, fields in reverse": "Avro: encode, the fields in reverse",
    "avro: encode, avro_json": "Avro: encode, JSON with tagged unions",
    "avro: decode, simple_json": "Avro: decode, plain JSON",
    "avro: decode, avro_json": "Avro: decode, JSON with tagged unions",
    "avro: decode, four fields of it": "Avro: decode, a reader's schema of four fields",
    "json: a tree of values": "JSON: read into a tree of values",
    "json schema: validate": "JSON Schema: validate",
    "json schema: validate, members in reverse": "JSON Schema: validate, the members in reverse",
    "json schema: validate a tree of values": "JSON Schema: validate, a tree of values",
}


def main():
    parser = argparse.ArgumentParser(
        prog="scripts/bench codecs", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=2, metavar="N", help="length of one row (2)")
    parser.add_argument(
        "--binary", default=".build-bench/release/codec-benchmark", metavar="FILE",
        help="the program to measure (.build-bench/release/codec-benchmark)")
    options = parser.parse_args()
    inputs = json.loads(subprocess.run([options.binary, "--inputs"], check=True, capture_output=True).stdout)
    others, size = peers(inputs)
    measured = subprocess.run(
        [options.binary, "--tabs", "--seconds", str(options.seconds)], check=True, capture_output=True, text=True)
    rows = []
    for line in measured.stdout.splitlines():
        name, count, nanoseconds = line.split("\t")
        rows.append((TITLES.get(name, name), SLUICE, int(count), float(nanoseconds), None))
    for name, package, work, missing in others:
        if work is None:
            rows.append((name, package, 0, 0, missing))
        else:
            rows.append((name, package, *best(work, size, options.seconds), None))
    order = list(dict.fromkeys(row[0] for row in rows))
    rows.sort(key=lambda row: order.index(row[0]))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(f"{size} bytes of JSON, one core, the best of ten parts of {options.seconds} s; load {load}\n")
    print(f"{'':48}{'':16}{'MB/s':>8}{'µs each':>10}{'takes':>9}")
    own = {name: nanoseconds for name, package, _, nanoseconds, _ in rows if package == SLUICE}
    for name, package, count, nanoseconds, missing in rows:
        if missing:
            print(f"{name:48}{package:16}  skipped: {missing}")
            continue
        ratio = "" if package == SLUICE else f"{nanoseconds / own[name]:.0f} x"
        print(f"{name:48}{package:16}{count / nanoseconds * 1e3:8,.0f}{nanoseconds / 1e3:10.2f}{ratio:>9}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
