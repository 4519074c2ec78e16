"""A headless Chromium, told what to do through its pipe: the DevTools protocol, one JSON message after the other."""

import base64
import json
import os
import selectors
import shutil
import subprocess
import tempfile
import time

SECONDS = 60
# By these names Debian, Ubuntu and Google have it.
NAMES = ("chromium", "chromium-browser", "google-chrome")
# What a browser does of its own accord is no request of a page. Root and many containers can have no sandbox, and they have little shared
# memory. Only our own pages are opened.
FLAGS = ["--headless", "--no-sandbox", "--no-first-run", "--disable-gpu", "--disable-dev-shm-usage", "--disable-background-networking",
         "--disable-component-update", "--disable-sync", "--hide-scrollbars"]


class Chromium:
    """With `with`: one browser with one page."""

    def __init__(self):
        self.folder = tempfile.mkdtemp()
        self.number, self.answers, self.events, self.rest = 0, {}, [], b""
        from_us, to_browser = os.pipe()
        to_us, from_browser = os.pipe()
        program = next(filter(None, map(shutil.which, NAMES)), None)
        if not program:
            raise FileNotFoundError(f"there is no Chromium: none of {', '.join(NAMES)}")
        # The browser reads from its descriptor 3 and writes to 4.
        command = ["sh", "-c", f'exec "$0" "$@" 3<&{from_us} 4>&{from_browser}', program]
        self.browser = subprocess.Popen([*command, *FLAGS, "--remote-debugging-pipe", f"--user-data-dir={self.folder}", "about:blank"],
                                        pass_fds=(from_us, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(from_us)
        os.close(from_browser)
        self.to_browser, self.to_us = to_browser, to_us
        self.session = None

    def __enter__(self):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(f"{domain}.enable")
        return self

    def __exit__(self, *_):
        self.browser.kill()
        self.browser.wait()
        os.close(self.to_browser)
        os.close(self.to_us)
        shutil.rmtree(self.folder, ignore_errors=True)

    def read(self, until):
        """Takes what the browser tells, until the time."""
        with selectors.DefaultSelector() as selector:
            selector.register(self.to_us, selectors.EVENT_READ)
            if not selector.select(max(until - time.monotonic(), 0)):
                return
        piece = os.read(self.to_us, 1 << 20)
        if not piece:
            raise RuntimeError("Chromium has ended")
        *messages, self.rest = (self.rest + piece).split(b"\0")
        for message in map(json.loads, messages):
            if "id" in message:
                self.answers[message["id"]] = message
            else:
                self.events.append(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to_browser, json.dumps(message).encode() + b"\0")
        until = time.monotonic() + SECONDS
        while self.number not in self.answers:
            if time.monotonic() > until:
                raise TimeoutError(f"Chromium does not answer {method}")
            self.read(until)
        answer = self.answers.pop(self.number)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def open(self, url, width=1280, height=900, scheme="light"):
        """Opens a page in a window of this size, and waits for it."""
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=width < 600)
        self.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
        self.events.clear()
        self.call("Page.navigate", url=url)
        until = time.monotonic() + SECONDS
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            if time.monotonic() > until:
                raise TimeoutError(f"{url} does not load")
            self.read(until)

    def value(self, expression):
        """What an expression of JavaScript is in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(f"{expression}: {answer['exceptionDetails']}")
        return answer["result"].get("value")

    def wait_for(self, expression):
        until = time.monotonic() + SECONDS
        while not self.value(expression):
            if time.monotonic() > until:
                raise TimeoutError(f"it never holds that {expression}")
            self.read(time.monotonic() + 0.1)

    def complaints(self):
        """What the page has in its console: errors, warnings and violations of its policy."""
        for event in self.events:
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                yield params["exceptionDetails"].get("exception", {}).get("description", params["exceptionDetails"]["text"])
            elif event["method"] == "Log.entryAdded":
                yield params["entry"]["text"]
            elif event["method"] == "Runtime.consoleAPICalled" and params["type"] in ("error", "warning", "assert"):
                yield str([argument.get("value") for argument in params["args"]])

    def requests(self):
        """The addresses that the page has asked for."""
        return [event["params"]["request"]["url"] for event in self.events if event["method"] == "Network.requestWillBeSent"]

    def screenshot(self, path):
        with open(path, "wb") as file:
            file.write(base64.b64decode(self.call("Page.captureScreenshot")["data"]))
