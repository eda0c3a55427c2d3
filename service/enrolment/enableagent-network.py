# The part of enableagent.sh that speaks HTTP and JSON; script.ts puts it into its place. The environment carries what it
# works with, and the staging folder what it leaves for the shell.
import json, os, platform, shutil, sys, time, urllib.error, urllib.parse, urllib.request

E = os.environ
STAGING = E["WEIR_STAGING"]
NAMES = {".agent", ".credentials", ".credentials_rsaparams", ".capabilities", ".setup_info"}
os.umask(0o077)


class Refused(Exception):
    pass


class NotYet(Exception):
    pass


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_):
        return None


def opener(through_proxy):
    handlers = [NoRedirect()]
    url = E["WEIR_PROXY_URL"]
    if not through_proxy:
        handlers.append(urllib.request.ProxyHandler({}))
    elif url:
        if E["WEIR_PROXY_USER"]:
            scheme, _, rest = url.partition("://")
            user = urllib.parse.quote(E["WEIR_PROXY_USER"], safe="")
            password = urllib.parse.quote(E["WEIR_PROXY_PASSWORD"], safe="")
            url = scheme + "://" + user + ":" + password + "@" + rest
        handlers.append(urllib.request.ProxyHandler({"http": url, "https": url}))
    return urllib.request.build_opener(*handlers)


def ask(url, body=None, headers=None, through_proxy=True):
    data = None if body is None else json.dumps(body).encode("ascii")
    request = urllib.request.Request(url, data=data, headers=dict(headers or {}, **{"User-Agent": "weir-enableagent/1"}))
    if data is not None:
        request.add_header("Content-Type", "application/json")
    with opener(through_proxy).open(request, timeout=60) as response:
        return json.loads(response.read(1048576).decode("utf-8"))


def os_description():
    return " ".join(["Linux", platform.release(), platform.version()])[:256]


def computer_name():
    name = platform.node().split(".")[0]
    return name if name and len(name) < 64 and name.replace("-", "").isalnum() and name.isascii() else None


def attested_document(nonce):
    query = urllib.parse.urlencode({"api-version": "2025-04-07", "nonce": nonce})
    try:
        return ask(E["WEIR_IMDS"] + "/metadata/attested/document?" + query, headers={"Metadata": "true"}, through_proxy=False)
    except urllib.error.HTTPError as error:
        words = "the metadata service answered %d" % error.code
        # It says 410 for up to 70 seconds while it is updated.
        raise OSError(words) if error.code in (410, 429) or error.code >= 500 else Refused(words)


def claim_once():
    nonce = ask(E["WEIR_URL"] + "/v1/enrolment/nonce", body={})["nonce"]
    document = attested_document(nonce)
    body = {
        "document": {"encoding": document["encoding"], "signature": document["signature"]},
        "nonce": nonce,
        "osDescription": os_description(),
        "reported": {
            "forbiddenVariables": E["WEIR_FORBIDDEN"].split(),
            "workFolderVariable": E["WEIR_WORK"] if E["WEIR_HAS_WORK"] == "true" else None,
        },
    }
    if computer_name():
        body["computerName"] = computer_name()
    return ask(E["WEIR_URL"] + "/v1/enrolment/claims", body=body)


def words_of(error):
    try:
        problem = json.loads(error.read(65536).decode("utf-8"))
        return "%s: %s" % (problem["code"], problem["message"])
    except (ValueError, KeyError, TypeError):
        return "HTTP %d" % error.code


def is_passing(status, is_detached):
    # The service may not have seen this machine yet (403), or not the end of its reimage (425).
    return status in (403, 408, 429) or (status == 425 and is_detached) or (status >= 500 and status != 501)


def claim():
    is_detached = E["WEIR_PATIENCE"] != ""
    until = time.monotonic() + float(E["WEIR_PATIENCE"] or 0)
    attempt = 0
    while True:
        # A detached run follows a claim that was answered a moment ago.
        if is_detached or attempt > 0:
            time.sleep(float(E["WEIR_PAUSE"]))
        attempt += 1
        try:
            return claim_once()
        except urllib.error.HTTPError as error:
            words = words_of(error)
            if error.code == 425 and not is_detached:
                raise NotYet()
            if not is_passing(error.code, is_detached):
                raise Refused(words)
        except (OSError, ValueError, KeyError) as error:
            words = type(error).__name__ + " " + str(getattr(error, "reason", error))
        if time.monotonic() >= until if is_detached else attempt == 12:
            raise Refused(words)


def keep(name, text):
    with open(os.path.join(STAGING, name), "w", encoding="utf-8", newline="") as file:
        file.write(text)


def one_line(value):
    return str(value).replace("\r", " ").replace("\n", " ")


def step_claim():
    answer = claim()
    files = answer["files"]
    if set(files) != NAMES:
        raise Refused("the service sent other files than an agent has")
    for name, text in files.items():
        keep(name, text)
    keep("answer.agentName", one_line(json.loads(files[".agent"])["agentName"]))
    for name in ("workFolder", "defaultWorkFolder"):
        keep("answer." + name, one_line(answer[name]))
    for name in ("runOnce", "isInteractive"):
        keep("answer." + name, "true" if answer[name] is True else "false")
    keep("answer.downloadUrl", one_line(answer["package"]["downloadUrl"]))
    trial = answer.get("trial")
    if trial is not None:
        keep("trial.token", one_line(trial["token"]))
        if trial["probeScript"] is not None:
            keep("trial.probe", str(trial["probeScript"]))
    keep("answer.warnings", "".join(one_line(words) + "\n" for words in answer["warnings"]))


def step_download():
    with open(os.path.join(STAGING, "answer.downloadUrl"), encoding="utf-8") as file:
        url = file.read()
    if urllib.parse.urlsplit(url).scheme not in ("http", "https"):
        raise Refused("the address of the agent package is none")
    with opener(True).open(url, timeout=60) as response, open(E["WEIR_PACKAGE"], "wb") as file:
        shutil.copyfileobj(response, file)


def kept(name, otherwise=""):
    try:
        with open(os.path.join(STAGING, name), encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return otherwise


def step_trial_report():
    probe = None
    if kept("probe.code") != "":
        output = kept("probe.output")[-8000:]
        probe = {"exitCode": int(kept("probe.code")), "seconds": float(kept("probe.seconds", "0")), "output": output}
    report = {
        "workFolder": kept("found.folder")[:400],
        "isWorkFolderWritable": kept("found.writable") == "true",
        "freeDiskBytes": int(kept("found.free", "0") or 0),
        "agentsFound": [line[:400] for line in kept("found.agents").splitlines()][:20],
        "isRebootPending": kept("found.reboot") == "true",
        "probe": probe,
    }
    for attempt in range(12):
        try:
            ask(E["WEIR_URL"] + "/v1/enrolment/reports", body={"token": kept("trial.token"), "report": report})
            return
        except urllib.error.HTTPError as error:
            if error.code < 500 and error.code != 429:
                raise Refused(words_of(error))
        except OSError:
            pass
        time.sleep(float(E["WEIR_PAUSE"]))
    raise Refused("the service does not take the report")


def step_default_work_folder():
    path = os.path.join(STAGING, ".agent")
    with open(path, encoding="utf-8") as file:
        settings = json.load(file)
    asked = settings["workFolder"]
    with open(os.path.join(STAGING, "answer.defaultWorkFolder"), encoding="utf-8") as file:
        settings["workFolder"] = file.read()
    keep(".agent", json.dumps(settings))
    # Printed at the top of every job's log, where whoever asked for the folder looks.
    with open(os.path.join(STAGING, ".setup_info"), encoding="utf-8") as file:
        told = json.load(file)
    detail = "The work folder %s cannot be used on this machine, %s is." % (asked, settings["workFolder"])
    keep(".setup_info", json.dumps(told + [{"group": "Weir: warning", "detail": detail}]))
    # And a capability of the agent, so that the page of its pool can say it.
    with open(os.path.join(STAGING, ".capabilities"), encoding="utf-8") as file:
        capabilities = file.read()
    line = "Weir.WorkFolderUnusable=%s\n" % " ".join(asked.split())
    keep(".capabilities", capabilities + ("" if capabilities.endswith("\n") or not capabilities else "\n") + line)


STEPS = {
    "claim": step_claim,
    "download": step_download,
    "default-work-folder": step_default_work_folder,
    "trial-report": step_trial_report,
}
try:
    STEPS[E["WEIR_STEP"]]()
except NotYet:
    # The shell goes on outside the extension.
    sys.exit(75)
except (Refused, OSError, ValueError, KeyError, TypeError) as error:
    sys.stdout.write("weir: %s: %s\n" % (E["WEIR_STEP"], str(error).encode("ascii", "replace").decode("ascii")))
    sys.exit(1)
