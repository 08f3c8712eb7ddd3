"""Talks to the kernel as Jupyter does; prints one JSON object. Arguments: what to do."""
import json
import os
import sys
import time

from jupyter_client.manager import start_new_kernel, KernelManager

NAME = "ditlab"
PATIENCE = 90


def collect(client, message, until=None):
    """The reply to an execute request and what was published for it."""
    out = {"streams": "", "data": [], "error": None, "updates": 0}
    deadline = time.time() + PATIENCE
    reply = None
    idle = False
    while time.time() < deadline and not (idle and reply):
        try:
            published = client.get_iopub_msg(timeout=0.2)
            if published["parent_header"].get("msg_id") == message:
                kind, content = published["msg_type"], published["content"]
                if kind == "stream":
                    out["streams"] += content["text"]
                    if until and until in content["text"]:
                        return out
                elif kind in ("display_data", "execute_result"):
                    out["data"].append(content["data"])
                elif kind == "update_display_data":
                    out["updates"] += 1
                elif kind == "error":
                    out["error"] = content
                elif kind == "status" and content["execution_state"] == "idle":
                    idle = True
        except Exception:
            pass
        if not reply:
            try:
                received = client.get_shell_msg(timeout=0.1)
                if received["parent_header"].get("msg_id") == message:
                    reply = received["content"]
            except Exception:
                pass
    out["reply"] = reply
    return out


def run(client, code):
    return collect(client, client.execute(code))


def ask(client, message):
    deadline = time.time() + PATIENCE
    while time.time() < deadline:
        reply = client.get_shell_msg(timeout=PATIENCE)
        if reply["parent_header"].get("msg_id") == message:
            return reply["content"]


def interrupted(manager, client, code):
    """A cell that prints "go" and is interrupted then."""
    message = client.execute(code)
    collect(client, message, until="go")
    begin = time.time()
    manager.interrupt_kernel()
    result = collect(client, message)
    result["seconds"] = time.time() - begin
    return result


def talk():
    manager, client = start_new_kernel(kernel_name=NAME, startup_timeout=PATIENCE)
    out = {}
    try:
        out["value"] = run(client, "int base = 41;\nbase + 1")
        out["print"] = run(client, 'System.out.println("hello"); System.err.println("there");')
        out["display"] = run(client, 'String id = display("<b>bold</b>", "text/html"); updateDisplay(id, "two"); null')
        out["compile"] = run(client, 'int fine = 1;\nint wrong = "text";')
        out["thrown"] = run(client, 'int third() {\n    return 1 / 0;\n}\n\nthird();')
        out["incomplete"] = run(client, "if (base > 1) {")
        out["stdin"] = ask(client, client.is_complete("for (int i = 0; i < 3; i++) {"))
        out["complete"] = ask(client, client.is_complete("int a = 1;"))
        out["completion"] = ask(client, client.complete("int a = 1;\nid.toUpp", 19))
        out["inspection"] = ask(client, client.inspect("Math.max(", 9))
        first = client.execute('System.out.println("go"); Thread.sleep(200); throw new RuntimeException("no");')
        second = client.execute("base + 2")
        third = client.execute("base + 3")
        out["failed"] = collect(client, first)
        out["aborted"] = [ask(client, second), None]
        out["aborted"][1] = ask(client, third)
        out["after"] = run(client, "base + 4")
        out["sleep"] = interrupted(manager, client, 'System.out.println("go"); Thread.sleep(60000);')
        out["loop"] = interrupted(
            manager, client, 'long n = 0;\nSystem.out.println("go");\nwhile (true) { n++; if (n < 0) break; }')
        out["state"] = run(client, "base")
        unknown = client.session.msg("nonsense_request", {})
        client.control_channel.send(unknown)
        client.shell_channel.send(client.session.msg("nonsense_request", {}))
        out["unknown"] = run(client, "base")
        out["again"] = interrupted(manager, client, 'System.out.println("go"); Thread.sleep(60000);')
        out["exact"] = run(client, "base")
    finally:
        client.stop_channels()
        begin = time.time()
        manager.shutdown_kernel()
        out["shutdown_seconds"] = time.time() - begin
    return out


def starts(count):
    """Starts, one after the other; the seconds of each, and what did not come."""
    seconds, failures = [], []
    for i in range(count):
        begin = time.time()
        manager = KernelManager(kernel_name=NAME)
        manager.start_kernel(stderr=open(os.devnull, "w"))
        client = manager.client()
        client.start_channels()
        try:
            client.wait_for_ready(timeout=PATIENCE)
            result = run(client, "1 + 1")
            if not result["data"] or result["data"][0]["text/plain"] != "2":
                failures.append({"start": i, "result": result})
        except Exception as problem:
            failures.append({"start": i, "problem": str(problem)})
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
        seconds.append(time.time() - begin)
        print(i + 1, "starts,", len(failures), "failed", file=sys.stderr, flush=True)
    return {"starts": count, "failures": failures, "slowest": max(seconds), "mean": sum(seconds) / count}


def orphan():
    """Starts a kernel and leaves without a word; prints its process number."""
    manager = KernelManager(kernel_name=NAME)
    manager.start_kernel()
    client = manager.client()
    client.start_channels()
    client.wait_for_ready(timeout=PATIENCE)
    print(json.dumps({"pid": manager.provisioner.pid}), flush=True)
    os._exit(0)


if __name__ == "__main__":
    what = sys.argv[1]
    if what == "talk":
        print(json.dumps(talk()))
    elif what == "starts":
        print(json.dumps(starts(int(sys.argv[2]))))
    elif what == "orphan":
        orphan()
