"""What the servers are told: Sluice's declarative file and nginx's configuration."""

import json

HOST = "orders.example.com"
STATIC_BODY = json.dumps({"message": "ok"})
PATHS = {
    "terminate": "/status", "async": "/events", "acknowledged": "/orders", "proxy": "/proxy", "large": "/large"}
LARGE = 1 << 20
TOPICS = {"async": "bench-async", "acknowledged": "bench-acknowledged"}
PARTITIONS = 3


def order(size=300):
    """A JSON document of exactly that many bytes."""
    document = {"order": 4711, "customer": "c-20817", "currency": "EUR", "lines": [
        {"article": "a-100", "count": 2, "price": 1295}, {"article": "a-205", "count": 1, "price": 4990}], "note": ""}
    document["note"] = "n" * (size - len(json.dumps(document)))
    return json.dumps(document)


ORDER_SCHEMA = json.dumps({"type": "record", "name": "Order", "fields": [
    {"name": "order", "type": "long"}, {"name": "customer", "type": "string"}, {"name": "currency", "type": "string"},
    {"name": "lines", "type": {"type": "array", "items": {"type": "record", "name": "Line", "fields": [
        {"name": "article", "type": "string"}, {"name": "count", "type": "int"}, {"name": "price", "type": "long"}]}}},
    {"name": "note", "type": "string"}]})


def bodies(broker, registry=None):
    """One route whose records are bodies: as they are, or by the schema of a registry."""
    config = {"producer_async": True, "value_source": "body"}
    if registry:
        config["schema_registry"] = {"confluent": {"url": registry, "value_schema": {"subject_name": "order"}}}
    return json.dumps({"_format_version": "3.0", "routes": [
        _terminate(), _route("async", [HOST], [PATHS["async"]], [_kafka(broker, "async", **config)])]})


def kafka_log(broker, **config):
    """Logs requests to Kafka."""
    host, port = broker.rsplit(":", 1)
    return {"name": "kafka-log", "config": {
        "bootstrap_servers": [{"host": host, "port": int(port)}], "topic": TOPICS["async"], **config}}


def observed(upstream, *plugins):
    """A service, with plugins for all its requests."""
    plugins = [plugin for plugin in plugins if plugin]
    return json.dumps({
        "_format_version": "3.0", "routes": [_terminate()], "plugins": plugins,
        "services": [{"name": "upstream", "url": f"http://127.0.0.1:{upstream}", "routes": [
            {**_route("proxy", [HOST], [PATHS["proxy"]], []), "strip_path": False}]}]})


def sluice(broker, upstream=None):
    """Twenty routes by host and path, some of which the load meets, as far as there is a broker and an upstream."""
    routes = [_route(f"other-{number}", [f"team-{number % 5}.example.com"], [f"/v1/resource-{number}"], [
        {"name": "request-termination", "config": {"status_code": 404}}]) for number in range(17)]
    routes.append(_terminate())
    if broker:
        envelope = {f"forward_{part}": True for part in ("method", "uri", "headers", "body")}
        routes.append(_route("async", [HOST], [PATHS["async"]], [
            _kafka(broker, "async", producer_async=True, **envelope)]))
        routes.append(_route("acknowledged", [HOST], [PATHS["acknowledged"]], [
            _kafka(broker, "acknowledged", producer_async=False, producer_request_acks=-1, idempotence=True)]))
    document = {"_format_version": "3.0", "routes": routes}
    if upstream:
        document["services"] = [{"name": "upstream", "url": f"http://127.0.0.1:{upstream}", "routes": [
            {**_route(name, [HOST], [PATHS[name]], []), "strip_path": False} for name in ("proxy", "large")]}]
    return json.dumps(document, indent=1)


def many_routes(count):
    """The route that the load meets, among so many: by host and prefix, each tenth by prefix alone."""
    routes = [_route(f"other-{number}", [] if number % 10 == 0 else [f"team-{number % 500}.example.com"],
                     [f"/v1/resource-{number}"], []) for number in range(count - 1)]
    routes.append(_route("terminate", [HOST], [PATHS["terminate"]], []))
    return json.dumps({
        "_format_version": "3.0", "routes": [{**route, "id": _id(number)} for number, route in enumerate(routes)],
        "plugins": [{"name": "request-termination", "config": {
            "status_code": 200, "content_type": "application/json", "body": STATIC_BODY}}]})


def _terminate():
    return _route("terminate", [HOST], [PATHS["terminate"]], [
        {"name": "request-termination", "config": {
            "status_code": 200, "content_type": "application/json", "body": STATIC_BODY}}])


def _id(number):
    return f"00000000-0000-4000-8000-{number:012d}"


def _route(name, hosts, paths, plugins):
    return {"name": name, "hosts": hosts, "paths": paths, "plugins": plugins}


def _kafka(broker, topic, **config):
    host, port = broker.rsplit(":", 1)
    return {"name": "kafka-upstream", "config": {
        "bootstrap_servers": [{"host": host, "port": int(port)}], "topic": TOPICS[topic], **config}}


def upstream(folder, port):
    """What gateways pass requests on to: a small answer, and a file of 1 MiB."""
    return f"""{_nginx_head(folder, "upstream")}
    sendfile on;
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        location {PATHS["proxy"]} {{
            default_type application/json;
            return 200 '{STATIC_BODY}';
        }}
        location = {PATHS["large"]} {{
            default_type application/octet-stream;
            alias {folder}/large;
        }}
    }}
}}
"""


def nginx(folder, port, body, upstream=None):
    """A static answer, plain and by TLS with HTTP/2; and with an upstream what goes to it."""
    proxy = f"""
        location {PATHS["proxy"]} {{ proxy_pass http://upstream; }}
        location {PATHS["large"]} {{ proxy_pass http://upstream; }}""" if upstream else ""
    pool = f"upstream upstream {{ server 127.0.0.1:{upstream}; keepalive 128; keepalive_requests 1000000000; }}" \
        if upstream else ""
    return f"""{_nginx_head(folder, "nginx")}
    proxy_http_version 1.1;
    proxy_set_header Connection "";
    proxy_buffers 8 64k;
    proxy_buffer_size 64k;
    proxy_busy_buffers_size 128k;
    proxy_max_temp_file_size 0;
    ssl_certificate {folder}/server.crt;
    ssl_certificate_key {folder}/server.key;
    ssl_protocols TLSv1.2 TLSv1.3;
    http2_max_concurrent_streams 128;
    {pool}
    server {{
        listen 127.0.0.1:{port} backlog=4096;
        listen 127.0.0.1:{port + 1} ssl http2 backlog=4096;
        location / {{
            default_type application/json;
            return 200 '{body}';
        }}{proxy}
    }}
}}
"""


def _nginx_head(folder, name):
    return f"""
daemon off;
user root;
worker_processes 1;
pid {folder}/{name}.pid;
error_log {folder}/{name}.log warn;
worker_rlimit_nofile 16384;
events {{ worker_connections 8192; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;"""
