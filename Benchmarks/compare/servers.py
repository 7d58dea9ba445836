"""Starts and stops the servers that are compared, and the broker behind them."""

import http.client
import http.server
import json
import os
import random
import shutil
import signal
import socket
import subprocess
import threading
import time

import configuration


class ServerError(Exception):
    pass


def free_port(count=1):
    """The first of so many ports in a row that nobody listens on, below those that outgoing connections get."""
    while True:
        first = random.randrange(15000, 32000 - count)
        try:
            for port in range(first, first + count):
                with socket.socket() as probe:
                    probe.bind(("127.0.0.1", port))
            return first
        except OSError:
            continue


class Server:
    """A process of ours that listens on `port`."""

    def __init__(self, name, command, port, cores, log):
        self.name = name
        self.port = port
        # Where a server of ours speaks TLS.
        self.tls_port = port + 1
        self._log = log
        with open(log, "wb") as output:
            self._process = subprocess.Popen(
                command, stdout=output, stderr=output, preexec_fn=lambda: os.sched_setaffinity(0, cores))
        self.pid = self._process.pid

    def wait_until_ready(self, path, body=None, limit=20):
        deadline = time.monotonic() + limit
        problem = "it does not listen"
        while time.monotonic() < deadline:
            if self._process.poll() is not None:
                raise ServerError(f"{self.name} ended: {self._tail()}")
            try:
                status, text, size = self.ask(path, body)
                if status == 200:
                    return size
                problem = f"it answers {status} {text[:300]}"
            except OSError as error:
                problem = str(error)
            time.sleep(0.1)
        raise ServerError(f"{self.name} is not ready: {problem}\n{self._tail()}")

    def ask(self, path, body=None):
        """Status, body and size of the whole answer."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        headers = {"Host": configuration.HOST}
        if body:
            headers["Content-Type"] = "application/json"
        try:
            connection.request("POST" if body else "GET", path, body=body, headers=headers)
            answer = connection.getresponse()
            text = answer.read()
            head = sum(len(name) + len(value) + 4 for name, value in answer.getheaders())
            return answer.status, text.decode(errors="replace"), head + len(text)
        finally:
            connection.close()

    def stop(self):
        """What went wrong at the end; None when nothing did."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
        try:
            status = self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            return f"{self.name} did not stop within 30 s"
        return f"{self.name} ended with status {status}: {self._tail()}" if status else None

    def _tail(self):
        with open(self._log, errors="replace") as file:
            return file.read()[-1500:]


def make_identity(folder):
    """A certificate with a P-256 key that both servers show."""
    subprocess.run([
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2",
        "-subj", "/CN=localhost", "-keyout", os.path.join(folder, "server.key"), "-out",
        os.path.join(folder, "server.crt")], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def start_upstream(folder, cores):
    """What both gateways pass requests on to."""
    with open(os.path.join(folder, "large"), "wb") as file:
        file.write(os.urandom(configuration.LARGE))
    port = free_port()
    server = _run_nginx("upstream", folder, cores, port, configuration.upstream(folder, port))
    server.wait_until_ready(configuration.PATHS["proxy"])
    return server


def start_sluice(binary, folder, cores, document, name="sluice"):
    """Sluice with one event loop; TLS is on the port after its own."""
    file = os.path.join(folder, f"{name}.json")
    with open(file, "w") as output:
        output.write(document)
    port = free_port(2)
    server = Server(name, [
        binary, "run", "--declarative-config", file, "--proxy-listen",
        f"127.0.0.1:{port}, 127.0.0.1:{port + 1} ssl http2", "--ssl-cert", os.path.join(folder, "server.crt"),
        "--ssl-cert-key", os.path.join(folder, "server.key"), "--admin-listen", "off", "--status-listen", "off", "--admin-gui-listen", "off",
        "--event-loops", "1", "--log-level", "warn"], port, cores, os.path.join(folder, f"{name}.log"))
    server.answer_size = server.wait_until_ready(configuration.PATHS["terminate"])
    return server


def start_nginx(folder, cores, size, upstream=None):
    """nginx with one worker, whose own answer has about as many bytes, head included."""
    probe, smallest = _start_nginx(folder, cores, "", upstream)
    probe.stop()
    return _start_nginx(folder, cores, "x" * max(0, size - smallest), upstream)[0]


def _start_nginx(folder, cores, body, upstream):
    port = free_port(2)
    server = _run_nginx("nginx", folder, cores, port, configuration.nginx(folder, port, body, upstream))
    return server, server.wait_until_ready("/")


def _run_nginx(name, folder, cores, port, text):
    file = os.path.join(folder, f"{name}.conf")
    with open(file, "w") as output:
        output.write(text)
    return Server(name, ["nginx", "-p", folder, "-c", file], port, cores, os.path.join(folder, f"{name}.out"))


class Registry:
    """A schema registry that has one schema, in this process."""

    def __init__(self, schema):
        answer = json.dumps({"subject": "order", "version": 1, "id": 1, "schema": schema}).encode()

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class Collector:
    """A collector of traces that takes everything and looks at nothing, in this process."""

    def __init__(self):
        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self):
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(200)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_):
                pass

        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}/v1/traces"

    def stop(self):
        self._server.shutdown()
        self._server.server_close()


class Broker:
    """Apache Kafka from the rig, with its optimising compiler; or any Kafka at a given address."""

    def __init__(self, folder, python, rig=None, address=None):
        self._folder = os.path.join(folder, "kafka")
        self._python = python
        self._command = os.path.join(rig, "kafka", "kafka") if rig else None
        self.address = address
        self.pid = None

    def start(self, cores):
        if self._command:
            port = free_port(10)
            done = subprocess.run(
                [self._command, "start", "--dir", self._folder, "--port", str(port)], check=False,
                env={**os.environ, "RIG_JIT": "full"}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                preexec_fn=lambda: os.sched_setaffinity(0, cores))
            if done.returncode:
                raise ServerError(f"Kafka did not start: {done.stdout.decode(errors='replace')[-1500:]}")
            self.address = f"localhost:{port}"
            with open(os.path.join(self._folder, "state.json")) as file:
                self.pid = json.load(file)["pids"]["1"]
        for topic in configuration.TOPICS.values():
            self._ask(
                "from confluent_kafka.admin import AdminClient, NewTopic\n"
                "admin = AdminClient({'bootstrap.servers': sys.argv[1]})\n"
                "if sys.argv[2] not in admin.list_topics(timeout=20).topics:\n"
                "    for future in admin.create_topics([NewTopic(sys.argv[2], int(sys.argv[3]), 1)]).values():\n"
                "        future.result(30)\n", topic, configuration.PARTITIONS)

    def records(self, topic):
        """How many records the topic has been given."""
        return int(self._ask(
            "from confluent_kafka import Consumer, TopicPartition\n"
            "consumer = Consumer({'bootstrap.servers': sys.argv[1], 'group.id': 'bench'})\n"
            "parts = consumer.list_topics(sys.argv[2], timeout=20).topics[sys.argv[2]].partitions\n"
            "print(sum(consumer.get_watermark_offsets(TopicPartition(sys.argv[2], p), timeout=20)[1]"
            " for p in parts))\n", topic))

    def _ask(self, script, *arguments):
        done = subprocess.run(
            [self._python, "-c", "import sys\n" + script, self.address, *map(str, arguments)], check=False,
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        if done.returncode:
            raise ServerError(f"the broker does not answer: {done.stderr.decode(errors='replace')[-800:]}")
        return done.stdout.decode()

    def stop(self):
        if self._command and os.path.isdir(self._folder):
            subprocess.run(
                [self._command, "stop", "--dir", self._folder], check=False, stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL)
            shutil.rmtree(self._folder, ignore_errors=True)
