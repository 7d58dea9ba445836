"""What sends load: wrk, vegeta, the bare producer, and a crowd of open connections."""

import json
import os
import re
import resource
import socket
import ssl
import subprocess

from configuration import HOST, order


class LoadError(Exception):
    pass


WRK_SCRIPT = """
wrk.method = "{method}"
wrk.headers["Host"] = "{host}"
{more}
done = function(summary, latency, requests)
    local errors = summary.errors
    io.write(string.format(
        '\\n{{"requests": %d, "seconds": %.6f, "p50": %.4f, "p99": %.4f, "failed": %d}}\\n',
        summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
        errors.status + errors.connect + errors.read + errors.write + errors.timeout))
end
"""


class Load:
    """Runs the generators, on cores of their own where there are several."""

    def __init__(self, folder, cores, vegeta=None, producer=None):
        self._folder = folder
        self._cores = cores
        self._vegeta = vegeta
        self._producer = producer
        self._body = os.path.join(folder, "order.json")
        with open(self._body, "w") as file:
            file.write(order())

    def _run(self, command, cores=None, **options):
        cores = cores or self._cores
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False,
            preexec_fn=lambda: os.sched_setaffinity(0, cores), **options)
        if done.returncode != 0:
            raise LoadError(f"{command[0]} failed: {done.stderr.decode(errors='replace')[-500:]}")
        return done.stdout

    def wrk(self, port, path, seconds, posts=False, connections=64, scheme="http", closes=False,
            body=None):
        """As fast as the server answers; times in milliseconds.

        With `closes` each request has a connection of its own; wrk resumes no TLS session.
        """
        script = os.path.join(self._folder, "wrk.lua")
        more = "wrk.headers['Connection'] = 'close'\n" if closes else ""
        if posts:
            more += "wrk.headers['Content-Type'] = 'application/json'\nwrk.body = [==[" + (body or order()) + "]==]"
        with open(script, "w") as file:
            file.write(WRK_SCRIPT.format(method="POST" if posts else "GET", host=HOST, more=more))
        output = self._run([
            "wrk", "--threads", "1", "--connections", str(connections), "--duration", f"{seconds}s", "--script",
            script, f"{scheme}://127.0.0.1:{port}{path}"])
        return json.loads(output.decode().strip().splitlines()[-1])

    def h2load(self, port, path, seconds, connections, streams):
        """HTTP/2 by TLS, as fast as the server answers; times in milliseconds."""
        output = self._run([
            "h2load", "--threads", "1", "--clients", str(connections), "--max-concurrent-streams", str(streams),
            "--duration", str(seconds), "--header", f":authority: {HOST}", f"https://127.0.0.1:{port}{path}"]).decode()
        requests = re.search(r"requests: \d+ total, \d+ started, (\d+) done, (\d+) succeeded, (\d+) failed", output)
        took = re.search(r"finished in ([0-9.]+)(ms|s)", output)
        mean = re.search(r"time for request: +\S+ +\S+ +([0-9.]+)(us|ms|s)", output)
        if not requests or not took or not mean or int(requests[1]) == 0:
            raise LoadError(f"h2load says: {output[-500:]}")
        unit = {"us": 1e-3, "ms": 1, "s": 1e3}
        return {
            "requests": int(requests[1]), "seconds": float(took[1]) * unit[took[2]] / 1e3,
            "mean": float(mean[1]) * unit[mean[2]], "failed": int(requests[1]) - int(requests[2])}

    def constant(self, port, path, rate, seconds):
        """So many requests a second, whatever the answers take (vegeta); times in milliseconds."""
        target = f"POST http://127.0.0.1:{port}{path}\nHost: {HOST}\nContent-Type: application/json\n"
        results = self._run([
            self._vegeta, "attack", "-rate", str(rate), "-duration", f"{seconds}s", "-body", self._body,
            "-max-body", "0"], input=target.encode())
        report = json.loads(self._run([self._vegeta, "report", "-type", "json"], input=results))
        latencies = report["latencies"]
        good = report["status_codes"].get("200", 0)
        return {
            "requests": report["requests"], "seconds": report["duration"] / 1e9, "p50": latencies["50th"] / 1e6,
            "p99": latencies["99th"] / 1e6, "failed": report["requests"] - good}

    def produce(self, broker, topic, rate, seconds, cores):
        """The same records from a program that does nothing else; times in milliseconds."""
        output = self._run([self._producer, broker, topic, str(rate), str(seconds), self._body], cores=cores)
        return json.loads(output)


class Crowd:
    """Connections that have each made a request and stay open."""

    def __init__(self, port, path, posts, count, tls=False):
        limit = resource.getrlimit(resource.RLIMIT_NOFILE)
        if limit[0] < count + 100:
            resource.setrlimit(resource.RLIMIT_NOFILE, (min(limit[1], count + 100), limit[1]))
        body = order() if posts else ""
        head = f"{'POST' if posts else 'GET'} {path} HTTP/1.1\r\nHost: {HOST}\r\n"
        if posts:
            head += f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n"
        request = (head + "\r\n" + body).encode()
        self._sockets = []
        for _ in range(count):
            connection = socket.create_connection(("127.0.0.1", port), timeout=10)
            if tls:
                connection = self._context().wrap_socket(connection)
            self._sockets.append(connection)
            connection.sendall(request)
            answer = connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise LoadError(f"a request was answered: {answer[:200]!r}")

    @staticmethod
    def _context():
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        return context

    def close(self):
        for connection in self._sockets:
            connection.close()
