"""The rows of the table: what each one drives, and what it should reach."""

import time
from statistics import median

import configuration
import measuring
from load import Crowd, LoadError


class Row:
    """One comparison. `measure` is called once a round; `figures` makes the median of the rounds."""

    name = ""
    title = ""
    # Without these it is skipped.
    needs = ()
    uses_kafka = False
    uses_upstream = False
    # Cores that strangers may take without harm, and turns until that is given up.
    disturbance = 0.15
    tries = 3

    def __init__(self, bench):
        self.bench = bench
        self.samples = []

    def warm_up(self):
        """Once, before the first round."""

    def clean_up(self):
        """Once, at the end, however it comes."""

    def measure(self, seconds):
        """One round's figures."""
        raise NotImplementedError

    def run(self, seconds):
        """One round. A turn that strangers disturbed is taken again, and the quietest one counts."""
        turns = []
        while len(turns) < self.tries:
            turns.append(self.measure(seconds))
            if turns[-1].get("foreign", 0) < self.disturbance:
                break
        self.samples.append(min(turns, key=lambda turn: turn.get("foreign", 0)))

    def figures(self):
        """The median of each figure."""
        names = [name for name, value in self.samples[0].items() if value is not None]
        return {name: median(sample[name] for sample in self.samples) for name in names}

    def notes(self):
        """What a reader of the figures should know."""
        disturbed = [sample["foreign"] for sample in self.samples if sample.get("foreign", 0) >= self.disturbance]
        if disturbed:
            yield (f"{self.name}: in {len(disturbed)} of {len(self.samples)} rounds other processes took up to "
                   f"{max(disturbed) * 100:.0f} % of a core")
        failed = sum(sample.get("failed", 0) for sample in self.samples)
        if failed:
            yield f"{self.name}: {failed:.0f} requests failed"

    def verdict(self, figures):
        """The goal in words and whether it is met; None for a row that is only there to be compared with."""
        return None


class FullSpeed(Row):
    """As many requests as one server answers."""

    path = "/"
    posts = False
    topic = None

    def server(self):
        raise NotImplementedError

    def warm_up(self):
        self._drive(2)

    def _drive(self, seconds):
        return self.bench.load.wrk(self.server().port, self.path, seconds, self.posts)

    def measure(self, seconds):
        brokers = self.bench.brokers() if self.topic else []
        before = self.bench.broker.records(self.topic) if self.topic else 0
        watch = measuring.Watch(self.server(), brokers)
        result = self._drive(seconds)
        used = watch.stop()
        if self.topic:
            self._check_records(result, self.bench.broker.records(self.topic) - before)
        figures = {
            "rate": result["requests"] / result["seconds"], "p50": result["p50"], "p99": result["p99"],
            "cpu": used["server"] / result["requests"] * 1e6, "rss": measuring.resident_megabytes(self.server().pid),
            "broker_cpu": used["others"] / result["requests"] * 1e6 if brokers else None,
            "failed": result["failed"], "foreign": used["foreign"], "steal": used["steal"]}
        yardstick = self.bench.yardstick()
        if yardstick and yardstick is not self:
            figures["cpu_ratio"] = figures["cpu"] / yardstick.samples[-1]["cpu"]
            figures["rate_ratio"] = figures["rate"] / yardstick.samples[-1]["rate"]
        return figures

    def _check_records(self, result, records):
        """A 200 without a record would make the row worth nothing. wrk leaves its last requests uncounted."""
        sent = result["requests"] - result["failed"]
        if not sent <= records <= sent + 2 * 64:
            raise LoadError(f"{self.name}: {sent} requests were answered with 200, and the topic got {records} records")


class Nginx(FullSpeed):
    name = "nginx"
    title = "nginx, return 200 (yardstick)"

    def server(self):
        return self.bench.nginx


class Terminate(FullSpeed):
    name = "terminate"
    title = "sluice, request-termination"
    path = configuration.PATHS["terminate"]
    limit = 1.1

    def server(self):
        return self.bench.sluice

    def verdict(self, figures):
        return f"CPU <= {self.limit} x nginx", figures["cpu_ratio"] <= self.limit


class Asynchronous(Terminate):
    name = "async"
    title = "sluice, kafka-upstream, async"
    path = configuration.PATHS["async"]
    posts = True
    topic = configuration.TOPICS["async"]
    needs = ("Kafka",)
    uses_kafka = True
    limit = 1.8


class Acknowledged(Terminate):
    name = "acknowledged"
    title = "sluice, kafka-upstream, acknowledged"
    path = configuration.PATHS["acknowledged"]
    posts = True
    topic = configuration.TOPICS["acknowledged"]
    needs = ("Kafka",)
    uses_kafka = True
    least = 0.2

    def warm_up(self):
        # The broker's compiler takes its time.
        self._drive(10)

    def verdict(self, figures):
        return f"rate >= {self.least} x nginx", figures["rate_ratio"] >= self.least


class Constant(Row):
    """The same number of records a second through Sluice and from a bare producer."""

    name = "constant"
    title = "sluice, acknowledged, 1,000 requests/s"
    needs = ("Kafka", "vegeta")
    uses_kafka = True
    rate = 1000
    margin = 0.5

    def warm_up(self):
        self.measure(2)

    def measure(self, seconds):
        bench = self.bench
        topic = configuration.TOPICS["acknowledged"]
        bare = bench.load.produce(bench.broker.address, topic, self.rate, seconds, bench.cores["server"])
        watch = measuring.Watch(bench.sluice, bench.brokers())
        result = bench.load.constant(bench.sluice.port, configuration.PATHS["acknowledged"], self.rate, seconds)
        used = watch.stop()
        return {
            "rate": result["requests"] / result["seconds"], "p50": result["p50"], "p99": result["p99"],
            "cpu": used["server"] / result["requests"] * 1e6, "rss": measuring.resident_megabytes(bench.sluice.pid),
            "broker_cpu": used["others"] / result["requests"] * 1e6 if bench.brokers() else None,
            "bare_rate": bare["requests"] / bare["seconds"], "bare_p50": bare["p50"], "bare_p99": bare["p99"],
            "above": result["p50"] - bare["p50"], "failed": result["failed"] + bare["failed"],
            "foreign": used["foreign"], "steal": used["steal"]}

    def verdict(self, figures):
        return f"p50 <= bare producer's + {self.margin} ms", figures["above"] <= self.margin


class Memory(Row):
    """A fresh process: after its start, and with connections that have each made a request."""

    name = "memory"
    title = "sluice, memory"
    uses_kafka = True
    connections = 1000
    idle_limit = 40
    crowd_limit = 100

    def measure(self, seconds):
        bench = self.bench
        server = bench.start_sluice()
        try:
            # Producers connect and the first statistics come.
            time.sleep(2)
            idle = measuring.resident_megabytes(server.pid)
            paths = ["async", "acknowledged"] if bench.broker else ["terminate"]
            crowds = [
                Crowd(server.port, configuration.PATHS[path], bench.broker is not None, self.connections // len(paths))
                for path in paths]
            crowded = measuring.resident_megabytes(server.pid)
            for crowd in crowds:
                crowd.close()
        finally:
            bench.stop_server(server)
        return {"idle": idle, "crowded": crowded}

    def verdict(self, figures):
        met = figures["idle"] < self.idle_limit and figures["crowded"] < self.crowd_limit
        return f"< {self.idle_limit} MB idle, < {self.crowd_limit} MB with {self.connections:,} connections", met
