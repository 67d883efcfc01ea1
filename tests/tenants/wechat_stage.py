"""The simulator program, its pushes carried to our doors by hand, and a shop's app in it."""

import json
import os
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from django.test import Client

from tenants import context
from wechat import component, push
from wechat.credentials import Credentials

ROOT = Path(__file__).resolve().parents[2]


class Simulator:
    """The running program, and the tester's hand on it."""

    def __init__(self, directory: Path) -> None:
        command = [sys.executable, "-m", "infra.wechat_simulator", "--port", "0"]
        self.credentials_file = directory / "credentials.json"
        self.process = subprocess.Popen(
            [*command, "--data", str(directory)],
            cwd=ROOT,
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        assert " ready on " in line, line
        self.base = line.split(" ready on ")[1].split(",")[0]
        self.credentials = Credentials.read(self.credentials_file)
        self.ears = Ears()
        urls = {"ticket_url": f"{self.ears.base}/hooks/wechat/component"}
        urls["message_url"] = f"{self.ears.base}/hooks/wechat/apps/$APPID$/events"
        self.control("PUT", "component", urls)

    def control(self, method: str, path: str, wish=None):
        request = urllib.request.Request(
            f"{self.base}/_control/{path}",
            method=method,
            data=json.dumps(wish or {}).encode() if method != "GET" else None,
        )
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.loads(answer.read())

    def code_of(self, appid: str):
        """What WeChat holds of an app's code."""
        return self.control("GET", f"mini_programs/{appid}")["code"]

    def push_ticket(self) -> None:
        """Have a ticket pushed, and take it as our door would."""
        self.ears.heard.clear()
        self.control("POST", "component/push_ticket")
        self.ears.wait_for(1)
        target, body = self.ears.heard.pop()
        query = dict(urllib.parse.parse_qsl(target.partition("?")[2]))
        component.save_ticket(push.open_component_push(query, body))

    def pass_time(self, seconds: int) -> None:
        self.control("POST", "clock", {"advance_seconds": seconds})

    def new_template(self, version: str, **package: object) -> int:
        """Upload code as a developer does and make a template of it; return its number."""
        wish = {"user_version": version, "user_desc": f"desc of {version}", **package}
        draft = self.control("POST", "drafts", wish)["draft_id"]
        from wechat import templates

        with context.public():
            templates.add_draft(draft)
            return max(item.template_id for item in templates.templates())

    def deliver(self, number: int = 1) -> list[int]:
        """Wait for so many pushes and carry them to our doors; return the answers' statuses."""
        self.ears.wait_for(number)
        heard, self.ears.heard[:] = list(self.ears.heard), []
        statuses = []
        for target, body in heard:
            with context.public():
                answer = Client().post(target, data=body, content_type="text/xml")
            statuses.append(answer.status_code)
        return statuses

    def stop(self) -> None:
        self.ears.stop()
        self.process.terminate()
        self.process.wait(5)
        assert self.process.stdout is not None
        self.process.stdout.close()


class Ears:
    """Our doors, as WeChat sees them: what is posted is kept, and answered with success."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, bytes]] = []
        heard = self.heard

        class Door(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                length = int(self.headers.get("Content-Length") or 0)
                heard.append((self.path, self.rfile.read(length)))
                self.send_response(200)
                self.send_header("Content-Length", "7")
                self.end_headers()
                self.wfile.write(b"success")

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
        self.thread = threading.Thread(target=self.server.serve_forever, daemon=True)
        self.thread.start()
        self.base = f"http://127.0.0.1:{self.server.server_port}"

    def wait_for(self, number: int) -> None:
        """Wait until so many pushes were heard; five seconds at most."""
        for _ in range(500):
            if len(self.heard) >= number:
                return
            time.sleep(0.01)
        raise AssertionError(f"{len(self.heard)} of {number} pushes were heard")

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join(5)
