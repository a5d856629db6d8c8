"""One invocation of a built function behind the Lambda Runtime API, which is four HTTP paths."""

import http.server
import json
import os
import subprocess
import threading
import time

PREFIX = "/2018-06-01/runtime/"


def invoke(command, event, timeout=30, **env):
    """Starts a function's program, sends it one event and returns (kind, payload): ("response", …) or ("error", …)."""
    answered = threading.Event()
    result = []
    served = threading.Event()

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            if served.is_set():  # the second poll: there is no more work
                answered.wait()
                time.sleep(timeout)
                return
            served.set()
            body = json.dumps(event).encode()
            self.send_response(200)
            self.send_header("Lambda-Runtime-Aws-Request-Id", "00000000-0000-4000-8000-000000000001")
            self.send_header("Lambda-Runtime-Deadline-Ms", str(int((time.time() + timeout) * 1000)))
            self.send_header("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-west-1:000000000000:function:StarJob")
            self.send_header("Lambda-Runtime-Trace-Id", "Root=1-00000000-000000000000000000000000;Sampled=0")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self):
            length = self.headers.get("Content-Length")
            body = self.rfile.read(int(length)) if length else read_chunked(self.rfile)
            self.send_response(202)
            self.send_header("Content-Length", "0")
            self.end_headers()
            result.append((self.path.rsplit("/", 1)[1], json.loads(body)))
            answered.set()

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    process = subprocess.Popen(
        command if isinstance(command, list) else [str(command)],
        env={"AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}", "PATH": os.environ["PATH"],
             "AWS_LAMBDA_FUNCTION_NAME": "StarJob", "AWS_REGION": "eu-west-1", "_HANDLER": "bootstrap", **env},
    )
    try:
        assert answered.wait(timeout), "the function did not answer"
    finally:
        process.kill()
        process.wait()
        server.shutdown()
        server.server_close()
    return result[0]


def read_chunked(stream):
    body = b""
    while True:
        size = int(stream.readline().split(b";")[0], 16)
        body += stream.read(size)
        stream.readline()
        if size == 0:
            return body


def transform(binary, template, parameters=None, region="eu-west-1"):
    """The entire response of the macro's binary to CloudFormation for a template."""
    fragment = {k: v for k, v in template.items() if k != "Transform"}
    values = {n: p["Default"] for n, p in template.get("Parameters", {}).items() if "Default" in p}
    kind, response = invoke(binary, {
        "accountId": "123456789012",
        "region": region,
        "transformId": "123456789012::StarJob",
        "requestId": "5f7d1c2e-0000-4000-8000-000000000000",
        "params": {},
        "fragment": fragment,
        "templateParameterValues": {**values, **(parameters or {})},
    })
    assert kind == "response", f"the macro's function failed: {response}"
    assert response["requestId"] == "5f7d1c2e-0000-4000-8000-000000000000"
    return response
