"""What processes and the machine have used, from /proc."""

import os
import time

_TICK = os.sysconf("SC_CLK_TCK")


def tree(pid):
    """The process and its descendants."""
    found = [pid]
    for parent in found:
        try:
            with open(f"/proc/{parent}/task/{parent}/children") as file:
                found += [int(child) for child in file.read().split()]
        except FileNotFoundError:
            pass
    return found


def cpu_seconds(pid):
    """User and system time of the process with all its threads, and of its descendants."""
    ticks = 0
    for process in tree(pid):
        with open(f"/proc/{process}/stat") as file:
            # The name in parentheses may hold spaces.
            fields = file.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / _TICK


def settled_cpu_seconds(pid, limit=10):
    """As `cpu_seconds`, once the process has finished what it had in hand."""
    deadline = time.monotonic() + limit
    last = cpu_seconds(pid)
    while time.monotonic() < deadline:
        time.sleep(0.25)
        now = cpu_seconds(pid)
        if now - last <= 2 / _TICK:
            return now
        last = now
    return last


def resident_megabytes(pid):
    kilobytes = 0
    for process in tree(pid):
        with open(f"/proc/{process}/status") as file:
            for line in file:
                if line.startswith("VmRSS:"):
                    kilobytes += int(line.split()[1])
    return kilobytes / 1024


def machine_seconds():
    """What all processors have been busy since the start, and what the host took away from this machine."""
    with open("/proc/stat") as file:
        fields = [int(field) for field in file.readline().split()[1:]]
    user, nice, system, _, _, interrupts, soft, steal = fields[:8]
    return (user + nice + system + interrupts + soft) / _TICK, steal / _TICK


class Watch:
    """Measures one run: the server's CPU, and what strangers took of the machine meanwhile."""

    def __init__(self, server, others=()):
        self._server = server
        self._others = list(others)
        self._start = self._read()
        self._began = time.monotonic()

    def _read(self):
        own = os.times()
        busy, steal = machine_seconds()
        return {
            "server": cpu_seconds(self._server.pid) if self._server else 0.0,
            "others": sum(cpu_seconds(other.pid) for other in self._others),
            "own": own.user + own.system + own.children_user + own.children_system, "busy": busy, "steal": steal}

    def stop(self):
        """Seconds of CPU: `server`, `others` (brokers); and in cores: `foreign`, `steal`."""
        if self._server:
            settled_cpu_seconds(self._server.pid)
        used = {name: value - self._start[name] for name, value in self._read().items()}
        elapsed = time.monotonic() - self._began
        foreign = used["busy"] - used["server"] - used["others"] - used["own"]
        return {
            "server": used["server"], "others": used["others"], "foreign": max(0.0, foreign) / elapsed,
            "steal": used["steal"] / elapsed}
