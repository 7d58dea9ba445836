"""Rows of what a gateway does: each drives nginx and Sluice one after another, and compares them with each other."""

import configuration
import measuring
import servers
from load import Crowd
from rows import Row


class Pair(Row):
    """The same load for nginx and then for Sluice. The ratio is of CPU for one request."""

    path = "/"
    limit = 1.0

    def servers(self):
        return self.bench.nginx, self.bench.sluice

    def drive(self, server, seconds):
        return self.bench.load.wrk(server.port, self.path, seconds)

    def warm_up(self):
        for server in self.servers():
            self.drive(server, 2)

    def measure(self, seconds):
        peer, own = (self._turn(server, seconds) for server in self.servers())
        return {
            **own, "peer_rate": peer["rate"], "peer_cpu": peer["cpu"], "peer_p50": peer.get("p50"),
            "peer_p99": peer.get("p99"), "peer_rss": peer["rss"], "cpu_ratio": own["cpu"] / peer["cpu"],
            "rate_ratio": own["rate"] / peer["rate"], "failed": own["failed"] + peer["failed"],
            "foreign": max(own["foreign"], peer["foreign"])}

    def _turn(self, server, seconds):
        watch = measuring.Watch(server, [self.bench.upstream] if self.uses_upstream else [])
        result = self.drive(server, seconds)
        used = watch.stop()
        return {
            "rate": result["requests"] / result["seconds"], "p50": result.get("p50"), "p99": result.get("p99"),
            "cpu": used["server"] / result["requests"] * 1e6, "rss": measuring.resident_megabytes(server.pid),
            "failed": result["failed"], "foreign": used["foreign"], "steal": used["steal"]}

    def verdict(self, figures):
        return f"CPU <= {self.limit} x nginx", figures["cpu_ratio"] <= self.limit


class Proxy(Pair):
    name = "proxy"
    title = "proxying, keep-alive"
    path = configuration.PATHS["proxy"]
    uses_upstream = True


class Large(Proxy):
    name = "large"
    title = "proxying, 1 MiB answers"
    path = configuration.PATHS["large"]
    limit = 0.8


class Secure(Pair):
    name = "https"
    title = "HTTPS, HTTP/1.1, keep-alive"
    path = configuration.PATHS["terminate"]
    limit = 0.9

    def drive(self, server, seconds):
        return self.bench.load.wrk(server.tls_port, self.path, seconds, scheme="https")


class Handshake(Pair):
    name = "handshake"
    title = "HTTPS, a full handshake a request"
    path = configuration.PATHS["terminate"]

    def drive(self, server, seconds):
        return self.bench.load.wrk(
            server.tls_port, self.path, seconds, scheme="https", closes=True, connections=16)


class HTTP2(Pair):
    name = "http2"
    title = "HTTP/2, 16 connections x 32 streams"
    path = configuration.PATHS["terminate"]
    limit = 0.5

    def drive(self, server, seconds):
        return self.bench.load.h2load(server.tls_port, self.path, seconds, 16, 32)


class Routes(Pair):
    """Not against nginx: one route against ten thousand."""

    name = "routes"
    title = "10,000 routes against 1"
    path = configuration.PATHS["terminate"]
    limit = 1.1

    def __init__(self, bench):
        super().__init__(bench)
        self._servers = []

    def servers(self):
        if not self._servers:
            for count in (1, 10_000):
                self._servers.append(self.bench.start_sluice(configuration.many_routes(count), f"routes-{count}"))
        return self._servers

    def clean_up(self):
        for server in self._servers:
            self.bench.stop_server(server)
        self._servers = []

    def verdict(self, figures):
        return f"CPU <= {self.limit} x that with one route", figures["cpu_ratio"] <= self.limit


class Schema(Routes):
    """Not against nginx: records by an Avro schema against the same bodies as they are."""

    name = "schema"
    title = "kafka-upstream, Avro, 1 KB"
    path = configuration.PATHS["async"]
    needs = ("Kafka",)
    uses_kafka = True
    limit = 1.2
    body = configuration.order(1024)

    def servers(self):
        if not self._servers:
            self._registry = servers.Registry(configuration.ORDER_SCHEMA)
            broker = self.bench.broker.address
            for name, registry in (("bodies", None), ("schema", self._registry.url)):
                server = self.bench.start_sluice(configuration.bodies(broker, registry), name)
                self._servers.append(server)
                server.wait_until_ready(self.path, self.body)
        return self._servers

    def drive(self, server, seconds):
        return self.bench.load.wrk(server.port, self.path, seconds, posts=True, body=self.body)

    def clean_up(self):
        if self._servers:
            self._registry.stop()
        super().clean_up()

    def verdict(self, figures):
        return f"CPU <= {self.limit} x that without a schema", figures["cpu_ratio"] <= self.limit


class Observed(Routes):
    """Not against nginx: proxying with a plugin that observes against the same without."""

    path = configuration.PATHS["proxy"]
    uses_upstream = True

    def plugins(self):
        """The plugin of each of the two servers; None: it has none."""
        raise NotImplementedError

    def servers(self):
        if not self._servers:
            for place, plugin in enumerate(self.plugins()):
                document = configuration.observed(self.bench.upstream.port, plugin)
                self._servers.append(self.bench.start_sluice(document, f"{self.name}-{place}"))
        return self._servers

    def verdict(self, figures):
        return None


class Log(Observed):
    name = "log"
    title = "proxying with kafka-log"
    needs = ("Kafka",)
    uses_kafka = True
    limit = 1.15

    def plugins(self):
        return None, configuration.kafka_log(self.bench.broker.address)

    def verdict(self, figures):
        return f"CPU <= {self.limit} x that without a log", figures["cpu_ratio"] <= self.limit


class Away(Observed):
    """With a broker that is away, whose entries fill the queue and are dropped, against one that is there."""

    name = "away"
    title = "kafka-log, its broker away"
    needs = ("Kafka",)
    uses_kafka = True

    def plugins(self):
        return configuration.kafka_log(self.bench.broker.address), configuration.kafka_log("127.0.0.1:1")


class Scripts(Observed):
    """With three fields by Lua against kafka-log without them."""

    name = "lua"
    title = "kafka-log, three fields by Lua"
    needs = ("Kafka",)
    uses_kafka = True

    def plugins(self):
        broker = self.bench.broker.address
        return configuration.kafka_log(broker), configuration.kafka_log(broker, custom_fields_by_lua={
            "route": "return nil", "labels.env": "return 'production'",
            "agent": "return kong.request.get_header('user-agent')"})


class Metrics(Observed):
    name = "prometheus"
    title = "proxying with prometheus, all on"

    def plugins(self):
        return None, {"name": "prometheus", "config": {
            name: True for name in ("status_code_metrics", "latency_metrics", "bandwidth_metrics",
                                    "upstream_health_metrics")}}


class Traces(Observed):
    """Every request is sampled, its spans go to a collector in the benchmark's own process."""

    name = "traces"
    title = "proxying with opentelemetry, all sampled"
    rate = 1

    def __init__(self, bench):
        super().__init__(bench)
        self._collector = None

    def plugins(self):
        self._collector = servers.Collector()
        return None, {"name": "opentelemetry", "config": {
            "traces_endpoint": self._collector.url, "sampling_rate": self.rate}}

    def clean_up(self):
        super().clean_up()
        if self._collector:
            self._collector.stop()
            self._collector = None


class UnsampledTraces(Traces):
    """Identifiers are made and passed on, nothing is recorded."""

    name = "unsampled"
    title = "proxying with opentelemetry, none sampled"
    rate = 0


class IdleConnections(Row):
    """Memory for each connection that has made a request and stays open."""

    name = "idle"
    title = "memory of an idle connection"
    connections = 2000

    def measure(self, seconds):
        bench = self.bench
        path = configuration.PATHS["terminate"]
        figures = {}
        for label, tls in (("plain", False), ("tls", True)):
            for whose, start in (("", bench.start_sluice), ("peer_", bench.start_nginx)):
                server = start()
                try:
                    figures[f"{whose}{label}"] = self._kilobytes(server, path, tls)
                finally:
                    bench.stop_server(server)
        return figures

    def _kilobytes(self, server, path, tls):
        """Of a fresh process: what was freed before would be used again unseen."""
        port = server.tls_port if tls else server.port
        Crowd(port, path, False, 1, tls).close()
        before = measuring.resident_megabytes(server.pid)
        crowd = Crowd(port, path, False, self.connections, tls)
        after = measuring.resident_megabytes(server.pid)
        crowd.close()
        return (after - before) * 1024 / self.connections


ALL = [Proxy, Large, Secure, Handshake, HTTP2, Routes, Schema, Log, Away, Scripts, Metrics, Traces, UnsampledTraces, IdleConnections]
