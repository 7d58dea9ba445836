"""What the rows share: the servers, the load, and the cores they run on."""

import lzma
import os
import shutil
import sys

import configuration
import servers
from load import Load

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
BUILD = os.path.join(ROOT, ".build")


def progress(text):
    print(f"bench: {text}", file=sys.stderr, flush=True)


class Bench:
    def __init__(self, folder, binary):
        self._folder = folder
        self._binary = binary
        self.rows = []
        # What ended badly.
        self.problems = []
        # What is not here, by what a row calls it, and where it is looked for.
        self.missing = {}
        self.cores = _cores()
        rig = _rig()
        self.broker = self._find_broker(rig)
        vegeta = _find_vegeta(rig)
        if not vegeta:
            self.missing["vegeta"] = "vegeta on the path, or at ../shared/rig or SLUICE_TEST_RIG"
        producer = os.path.join(BUILD, "bench", "producer")
        self.load = Load(folder, self.cores["load"], vegeta, producer)
        self.nginx = None
        self.sluice = None
        self.upstream = None

    def _find_broker(self, rig):
        python = os.path.join(BUILD, "venv", "bin", "python3")
        address = os.environ.get("SLUICE_TEST_KAFKA")
        if address or rig:
            return servers.Broker(self._folder, python, None if address else rig, address)
        self.missing["Kafka"] = "Apache Kafka at ../shared/rig or SLUICE_TEST_RIG, or SLUICE_TEST_KAFKA=host:port"
        return None

    def start(self, rows):
        """Starts what these rows need."""
        self.rows = rows
        if not any(row.uses_kafka for row in rows):
            self.broker = None
        if self.broker:
            progress("starting Kafka")
            self.broker.start(self.cores["broker"])
        servers.make_identity(self._folder)
        if any(row.uses_upstream for row in rows):
            # With the load: what the gateway itself costs is told apart.
            self.upstream = servers.start_upstream(self._folder, self.cores["load"])
        self.sluice = self.start_sluice()
        if self.broker:
            for topic in configuration.TOPICS:
                self.sluice.wait_until_ready(configuration.PATHS[topic], configuration.order())
        self.nginx = self.start_nginx()

    def start_nginx(self):
        return servers.start_nginx(
            self._folder, self.cores["server"], self.sluice.answer_size, self._upstream_port())

    def _upstream_port(self):
        return self.upstream.port if self.upstream else None

    def start_sluice(self, document=None, name="sluice"):
        address = self.broker.address if self.broker else None
        document = document or configuration.sluice(address, self._upstream_port())
        return servers.start_sluice(self._binary, self._folder, self.cores["server"], document, name)

    def stop_server(self, server):
        problem = server.stop()
        if problem:
            self.problems.append(problem)

    def stop(self):
        """Stops what still runs."""
        for row in self.rows:
            row.clean_up()
        for server in (self.sluice, self.nginx, self.upstream):
            if server:
                self.stop_server(server)
        self.sluice = self.nginx = self.upstream = None
        if self.broker:
            self.broker.stop()

    def yardstick(self):
        """The row that others are compared with."""
        return next((row for row in self.rows if row.name == "nginx"), None)

    def brokers(self):
        """The broker, if it runs here and its CPU can be told."""
        return [self.broker] if self.broker and self.broker.pid else []


def _cores():
    """The server under test and the load have a core each; the broker has the rest, or both where nothing is left."""
    present = sorted(os.sched_getaffinity(0))
    if len(present) < 2:
        return {"server": set(present), "load": set(present), "broker": set(present)}
    return {"server": {present[0]}, "load": {present[1]}, "broker": set(present[2:]) or set(present)}


def _rig():
    given = os.environ.get("SLUICE_TEST_RIG")
    places = [given] if given else [os.path.join(ROOT, up, "shared", "rig") for up in ("..", os.path.join("..", ".."))]
    return next((place for place in places if os.access(os.path.join(place, "kafka", "kafka"), os.X_OK)), None)


def _find_vegeta(rig):
    """On the path, or the rig's, which may be there only packed."""
    found = shutil.which("vegeta") or (rig and shutil.which("vegeta", path=os.path.join(rig, "bin")))
    packed = os.path.join(rig, "bin", "vegeta.xz") if rig else ""
    if found or not os.path.exists(packed):
        return found
    unpacked = os.path.join(BUILD, "bench", "vegeta")
    if not os.path.exists(unpacked):
        os.makedirs(os.path.dirname(unpacked), exist_ok=True)
        with lzma.open(packed) as source, open(unpacked + ".new", "wb") as output:
            shutil.copyfileobj(source, output)
        os.chmod(unpacked + ".new", 0o755)
        os.rename(unpacked + ".new", unpacked)
    return unpacked
