"""What the servers are told: Sluice's declarative file and nginx's configuration."""

import json

HOST = "orders.example.com"
STATIC_BODY = json.dumps({"message": "ok"})
PATHS = {"terminate": "/status", "async": "/events", "acknowledged": "/orders"}
TOPICS = {"async": "bench-async", "acknowledged": "bench-acknowledged"}
PARTITIONS = 3


def order(size=300):
    """A JSON document of exactly that many bytes."""
    document = {"order": 4711, "customer": "c-20817", "currency": "EUR", "lines": [
        {"article": "a-100", "count": 2, "price": 1295}, {"article": "a-205", "count": 1, "price": 4990}], "note": ""}
    document["note"] = "n" * (size - len(json.dumps(document)))
    return json.dumps(document)


def sluice(broker):
    """Twenty routes by host and path, three of which the load meets; two only where there is a broker."""
    routes = [_route(f"other-{number}", [f"team-{number % 5}.example.com"], [f"/v1/resource-{number}"], [
        {"name": "request-termination", "config": {"status_code": 404}}]) for number in range(17)]
    routes.append(_route("terminate", [HOST], [PATHS["terminate"]], [
        {"name": "request-termination", "config": {
            "status_code": 200, "content_type": "application/json", "body": STATIC_BODY}}]))
    if broker:
        envelope = {f"forward_{part}": True for part in ("method", "uri", "headers", "body")}
        routes.append(_route("async", [HOST], [PATHS["async"]], [
            _kafka(broker, "async", producer_async=True, **envelope)]))
        routes.append(_route("acknowledged", [HOST], [PATHS["acknowledged"]], [
            _kafka(broker, "acknowledged", producer_async=False, producer_request_acks=-1, idempotence=True)]))
    return json.dumps({"_format_version": "3.0", "routes": routes}, indent=1)


def _route(name, hosts, paths, plugins):
    return {"name": name, "hosts": hosts, "paths": paths, "plugins": plugins}


def _kafka(broker, topic, **config):
    host, port = broker.rsplit(":", 1)
    return {"name": "kafka-upstream", "config": {
        "bootstrap_servers": [{"host": host, "port": int(port)}], "topic": TOPICS[topic], **config}}


def nginx(folder, port, body):
    return f"""
daemon off;
worker_processes 1;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log warn;
events {{ worker_connections 4096; }}
http {{
    access_log off;
    keepalive_requests 1000000000;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    server {{
        listen 127.0.0.1:{port};
        location / {{
            default_type application/json;
            return 200 '{body}';
        }}
    }}
}}
"""
