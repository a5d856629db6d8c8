"""A proxy in front of Kinesis that throttles: it refuses some records of PutRecords, and passes the rest on."""

import contextlib
import http.client
import http.server
import json
import threading

REFUSED = {"ErrorCode": "ProvisionedThroughputExceededException", "ErrorMessage": "Rate exceeded for shard"}


@contextlib.contextmanager
def throttling(upstream, every):
    """Refuses one record in some, in turn, and now and then an entire call; yields the proxy's URL and its counts."""
    counts = {"records": 0, "refused": 0, "calls": 0}
    turn = threading.Lock()  # one call at a time, which moto requires too

    class Proxy(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.headers.get("X-Amz-Target", "").endswith(".PutRecords"):
                with turn:
                    self.put(json.loads(body))
            else:
                self.answer(*forward(upstream, self.headers, body))

        def put(self, call):
            counts["calls"] += 1
            if counts["calls"] % 25 == 0:  # even the call itself is too much
                self.answer(400, json.dumps({"__type": REFUSED["ErrorCode"], "message": REFUSED["ErrorMessage"]}).encode())
                return
            taken = []
            for record in call["Records"]:
                counts["records"] += 1
                taken.append(counts["records"] % every != 0)
            passed = [r for r, take in zip(call["Records"], taken) if take]
            results = iter(json.loads(forward(upstream, self.headers, json.dumps({**call, "Records": passed}).encode())[1])["Records"]
                           if passed else [])
            answers = [next(results) if take else REFUSED for take in taken]
            failed = sum("ErrorCode" in a for a in answers)
            counts["refused"] += failed
            self.answer(200, json.dumps({"FailedRecordCount": failed, "Records": answers}).encode())

        def answer(self, status, body):
            self.send_response(status)
            self.send_header("Content-Type", "application/x-amz-json-1.1")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Proxy)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", counts
    finally:
        server.shutdown()
        server.server_close()


def forward(upstream, headers, body):
    """The server's response to a call: its status and its body."""
    connection = http.client.HTTPConnection(upstream.removeprefix("http://"))
    try:
        kept = {k: v for k, v in headers.items() if k.lower() not in ("host", "content-length", "connection")}
        connection.request("POST", "/", body, {**kept, "Host": "kinesis.eu-west-1.amazonaws.com"})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()
