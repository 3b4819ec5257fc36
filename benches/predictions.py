"""The steps of predictions.sh. What is built and asked is in predictions.toml."""

import argparse
import glob
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import time
import tomllib

QUIET = 0.05  # Above this share of foreign CPU, a build's wall time says little about the build.


def main():
    options = parsed()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    os.makedirs(options.work, exist_ok=True)
    {"prepare": prepare, "predict": predict, "measure": measure, "table": table, "self": self_prediction}[options.step](options)


def parsed():
    parser = argparse.ArgumentParser(prog="predictions.sh")
    steps = parser.add_subparsers(dest="step", required=True)
    for name in ("prepare", "predict", "measure", "table", "self"):
        step = steps.add_parser(name)
        step.add_argument("work", type=os.path.abspath)
        step.add_argument("--only", action="append", default=[], metavar="GROUP[/VARIANT]")
        if name == "prepare":
            step.add_argument("subjects", nargs="+", metavar="NAME=DIR")
            step.add_argument("--build", action="store_true")
        if name == "table":
            step.add_argument("--max-foreign", type=float, default=1.0, metavar="SHARE")
        if name in ("measure", "self"):
            step.add_argument("--rounds", type=int, required=True)
        if name == "measure":
            step.add_argument("--record", action="store_true")
        if name == "self":
            step.add_argument("subjects", nargs="+", metavar="DIR")
    return parser.parse_args()


def stop(message):
    sys.exit(f"error: {message}")


def say(message):
    print(message, file=sys.stderr, flush=True)


# What there is to do.


def groups(only):
    """The groups of predictions.toml, each with those of its variants that are wanted."""
    with open(os.path.join(os.path.dirname(__file__), "predictions.toml"), "rb") as file:
        known = tomllib.load(file)["group"]
    wanted = []
    for group in known:
        variants = [v for v in group["variant"] if not only or {group["name"], f"{group['name']}/{v['name']}"} & set(only)]
        if variants:
            wanted.append({**group, "all": group["variant"], "variant": variants})
    if not wanted:
        stop("nothing is called " + " or ".join(only))
    return wanted


def directory(options, group, name):
    return os.path.join(options.work, group["name"], name)


def lines(options, name):
    """What was appended to a file of results. A line that was cut off when a step was killed is not a result."""
    path, found = os.path.join(options.work, name), []
    if os.path.exists(path):
        with open(path, encoding="utf-8") as file:
            for line in file:
                try:
                    found.append(json.loads(line))
                except json.JSONDecodeError:
                    continue
    return found


def append(options, name, **record):
    path = os.path.join(options.work, name)
    with open(path, "a+b") as file:
        if file.tell() > 0 and (file.seek(-1, os.SEEK_END), file.read(1))[1] != b"\n":
            file.write(b"\n")
        file.write(json.dumps({"at": time.time(), **record}).encode() + b"\n")


def run(command, cwd, **environment):
    """Its stdout. Ends with its stderr if it fails."""
    answer = subprocess.run(command, cwd=cwd, env={**os.environ, **environment}, capture_output=True, text=True)
    if answer.returncode != 0:
        stop(f"`{' '.join(command)}` in {cwd}: {answer.stderr.strip() or answer.stdout.strip()}")
    return answer.stdout


# prepare


def prepare(options):
    subjects = dict(subject.split("=", 1) for subject in options.subjects)
    for group in groups(options.only):
        if group["subject"] not in subjects:
            say(f"{group['name']}: left out, no {group['subject']}=DIR")
            continue
        base = directory(options, group, "base")
        copied(subjects[group["subject"]], base)
        edited(base, group.get("base", {}))
        for variant in group["variant"]:
            copy = directory(options, group, variant["name"])
            copied(base, copy)
            edited(copy, next((v for v in group["all"] if v["name"] == variant.get("like")), {}))
            edited(copy, variant)
        if options.build:
            built_once(options, group)


def copied(source, copy):
    shutil.rmtree(copy, ignore_errors=True)
    ignored = lambda parent, names: {"target", ".git"} & set(names) if os.path.samefile(parent, source) else set()
    shutil.copytree(source, copy, ignore=ignored, symlinks=True)
    if os.path.exists(lockfile := os.path.join(copy, "Cargo.lock")):
        os.chmod(lockfile, 0o644)


def edited(copy, edits):
    for crate in edits.get("patch", []):
        patched(copy, crate)
    for edit in edits.get("replace", []):
        replaced(copy, *edit)
    for path, text in edits.get("append", []):
        os.makedirs(os.path.dirname(os.path.join(copy, path)), exist_ok=True)
        with open(os.path.join(copy, path), "a", encoding="utf-8") as file:
            file.write(text)
    for command in edits.get("run", []):
        run(["bash", "-c", command], copy)
    run(["cargo", "metadata", "--offline", "--format-version", "1"], copy)  # writes Cargo.lock


def replaced(copy, path, old, new):
    path = os.path.join(copy, path)
    with open(path, encoding="utf-8") as file:
        text = file.read()
    if text.count(old) != 1:
        stop(f"{path} holds {text.count(old)} times: {old!r}")
    with open(path, "w", encoding="utf-8") as file:
        file.write(text.replace(old, new))


def patched(copy, crate):
    home = os.environ.get("CARGO_HOME", os.path.expanduser("~/.cargo"))
    found = glob.glob(os.path.join(home, "registry", "src", "*", crate["crate"]))
    if not found:
        stop(f"{crate['crate']} has not been downloaded")
    name = crate["crate"].rsplit("-", 1)[0]
    shutil.copytree(found[0], os.path.join(copy, "patched", name))
    for edit in crate["replace"]:
        replaced(os.path.join(copy, "patched", name), *edit)
    with open(os.path.join(copy, "Cargo.toml"), "a", encoding="utf-8") as file:
        file.write(f'\n[patch.crates-io]\n{name} = {{ path = "patched/{name}" }}\n')
        file.write(f"\n[profile.dev.package.{name}]\nincremental = false\n")


def built_once(options, group):
    """One target directory for the whole group: what a variant does not change is not built again."""
    target = os.path.join(options.work, f"target-{group['subject']}")
    for name in ["base", *(v["name"] for v in group["variant"])]:
        cwd = directory(options, group, name)
        run(["cargo", "build", "--offline", "--locked", "-j1", "--target-dir", target, *group["args"]], cwd)
        say(f"{group['name']}/{name}: builds")
    shutil.rmtree(target, ignore_errors=True)


# predict


def predict(options):
    for group in groups(options.only):
        measured = {(m["group"], m["variant"]) for m in lines(options, "measurements.jsonl")}
        base, home = directory(options, group, "base"), os.path.join(options.work, "brisk", group["name"])
        recorded = recording(base, home, group["args"])
        append(options, "recordings.jsonl", group=group["name"], recording=recorded)
        for variant in group["variant"]:
            answer = what_if(base, home, variant["what_if"])
            scenario = answer["scenarios"][0] if answer else None
            late = (group["name"], variant["name"]) in measured
            known = {"group": group["name"], "variant": variant["name"], "what_if": variant["what_if"], "late": late}
            append(options, "predictions.jsonl", **known, scenario=scenario, baseline=answer and answer["baseline"])
            told = interval(scenario and scenario.get("cpu_delta"))
            say(f"{group['name']}/{variant['name']}: {told} CPU{', but it was measured before' if late else ''}")
        shutil.rmtree(os.path.join(base, "target"), ignore_errors=True)


def recording(cwd, home, arguments):
    """What Brisk says of a clean build that it recorded, without the parts that are as long as the build."""
    shutil.rmtree(os.path.join(cwd, "target"), ignore_errors=True)
    os.sync()
    out = brisk(cwd, home, "record", "--message-format", "json", "--", "build", "--offline", "--locked", *arguments)
    answer = json.loads(out.splitlines()[-1])
    build = {name: value for name, value in answer["build"].items() if not isinstance(value, (dict, list))}
    return {"run": answer.get("run"), "build": build}


def what_if(cwd, home, arguments):
    """Nothing if Brisk cannot say: that is a result, too."""
    try:
        return json.loads(brisk(cwd, home, "what-if", *arguments, "--message-format", "json"))
    except SystemExit as error:
        say(f"what-if {' '.join(arguments)}: {error}")
        return None


def brisk(cwd, home, *arguments):
    environment = {"BRISK_DATA_DIR": os.path.join(home, "data"), "BRISK_CACHE_DIR": os.path.join(home, "cache")}
    return run([os.environ["BRISK"], *arguments], cwd, **environment)


# measure


def measure(options):
    done = {(m["group"], m["round"]) for m in lines(options, "measurements.jsonl") if m.get("last")}
    for number in range(1, options.rounds + 1):
        for group in rotated(groups(options.only), number):
            if (group["name"], number) not in done:
                measure_round(options, group, number)


def measure_round(options, group, number):
    """A base build before, after, and after every second variant: a machine's speed drifts in minutes by more than a change
    is worth."""
    names = [v["name"] for v in group["variant"]]
    names = list(reversed(names)) if number % 2 == 0 else names
    order = ["base", *(name for i in range(0, len(names), 2) for name in (*names[i : i + 2], "base"))]
    for place, name in enumerate(order):
        cwd = directory(options, group, name)
        result = recorded_build(options, cwd, group["args"]) if options.record else clean_build(cwd, group["args"])
        known = {"group": group["name"], "variant": name, "round": number, "place": place, "last": place + 1 == len(order)}
        append(options, "measurements.jsonl", **known, **result)
        say(f"round {number}  {group['name']}/{name}: {shown(result)}")


def rotated(items, number):
    start = (number - 1) % len(items)
    return items[start:] + items[:start]


def clean_build(cwd, arguments):
    """Seconds of a build from nothing: {wall_s, cpu_s, foreign}. The last one is a share of all processors."""
    target = os.path.join(cwd, "target")
    shutil.rmtree(target, ignore_errors=True)
    os.sync()
    command = ["cargo", "build", "--quiet", "--offline", "--locked", *arguments]
    busy, start = busy_s(), time.monotonic()
    build = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, process_group=0)
    complaint, status, usage = waited_for(build)
    wall, busy = time.monotonic() - start, busy_s() - busy
    shutil.rmtree(target, ignore_errors=True)
    if status != 0:
        stop(f"`{' '.join(command)}` in {cwd}: {complaint}")
    cpu = usage.ru_utime + usage.ru_stime
    return {"wall_s": wall, "cpu_s": cpu, "foreign": max(0.0, busy - cpu) / (os.cpu_count() * wall)}


def recorded_build(options, cwd, arguments):
    """The same of a build that Brisk records, with CPU seconds of each unit: what a change leaves alone tells how fast the
    machine was."""
    home = os.path.join(options.work, "brisk", "measured")
    shutil.rmtree(home, ignore_errors=True)
    build = recording(cwd, home, arguments)
    report = json.loads(brisk(cwd, home, "report", build["run"]["id"], "--message-format", "json"))
    shutil.rmtree(os.path.join(cwd, "target"), ignore_errors=True)
    names = ("package", "version", "kind", "target", "mode", "platform", "features")
    units = {" ".join(str(unit[name]) for name in names): (unit["cpu_s"], unit["front_cpu_s"]) for unit in report["units_list"]}
    numbers = build["build"]
    return {"wall_s": numbers["wall_s"], "cpu_s": numbers["cpu_s"], "foreign": numbers["foreign_cpu"] or 0.0, "units": units}


def waited_for(build):
    """Its stderr, status, and what it used. Whoever ends this program ends the build, too: it would disturb the next one."""
    try:
        complaint = build.stderr.read().decode(errors="replace").strip()
        _, status, usage = os.wait4(build.pid, 0)
    except BaseException:
        os.killpg(build.pid, signal.SIGTERM)
        raise
    build.returncode = os.waitstatus_to_exitcode(status)
    return complaint, status, usage


def busy_s():
    """What all processors together have worked since the machine started: neither idle, nor waiting, nor stolen."""
    with open("/proc/stat", encoding="ascii") as file:
        user, nice, system, _idle, _iowait, irq, softirq = (int(ticks) for ticks in file.readline().split()[1:8])
    return (user + nice + system + irq + softirq) / os.sysconf("SC_CLK_TCK")


def shown(result):
    return f"{result['cpu_s']:.1f} s CPU, {result['wall_s']:.1f} s wall, {100 * result['foreign']:.0f} % foreign CPU"


# table


def table(options):
    measured = [m for m in lines(options, "measurements.jsonl") if m["foreign"] <= options.max_foreign]
    print("| subject | change | predicted CPU | measured CPU | pairs | at equal speed | error | inside | wall: predicted | measured | foreign CPU | n |")
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    judged, n_rows = [], 0
    for group in groups(options.only):
        for variant in group["variant"]:
            pairs = paired(measured, group["name"], variant["name"])
            prediction = before_measuring(options, group["name"], variant["name"])
            print(row(group, variant, prediction, pairs, judged))
            n_rows += 1
    if judged:
        errors = [abs(error) for error, _ in judged]
        inside, n = sum(within for _, within in judged), len(judged)
        print(f"\n{n} of {n_rows} predicted and measured: median error {100 * statistics.median(errors):.1f} points, ", end="")
        print(f"worst {100 * max(errors):.1f}; {inside} of {n} ({100 * inside / n:.0f} %) inside the 90 % interval.")
    if drifts := [drift for group in groups(options.only) for drift in drifts_of(measured, group["name"])]:
        print(f"One base build to the next, {len(drifts)} times: CPU off by {100 * statistics.median(drifts):.1f} % ", end="")
        print(f"(median), {100 * max(drifts):.1f} % (worst).")


def drifts_of(measured, group):
    """How much the CPU of each base build differs from that of the one before it in the same round."""
    bases = [m for m in measured if (m["group"], m["variant"]) == (group, "base")]
    following = [(a, b) for a, b in zip(bases, bases[1:]) if a["round"] == b["round"]]
    return [abs(b["cpu_s"] / a["cpu_s"] - 1) for a, b in following]


def paired(measured, group, variant):
    """[(base, variant)] for each build of the variant; the base is between the builds of the base before and after it."""
    builds = [m for m in measured if m["group"] == group]
    bases = [m for m in builds if m["variant"] == "base"]
    pairs = ((base_beside(build, bases), build) for build in builds if build["variant"] == variant)
    return [pair for pair in pairs if pair[0]]


def base_beside(build, bases):
    """What the base would have taken when the build was made: interpolated by time, if it was built before and after. Of its
    units, those of the build before."""
    beside = [m for m in bases if m["round"] == build["round"]]
    before = max((m for m in beside if m["place"] < build["place"]), key=lambda m: m["place"], default=None)
    after = min((m for m in beside if m["place"] > build["place"]), key=lambda m: m["place"], default=None)
    if not (before and after):
        return None
    share = (build["at"] - before["at"]) / (after["at"] - before["at"])
    between = {what: before[what] + share * (after[what] - before[what]) for what in ("cpu_s", "wall_s")}
    return {**between, "foreign": max(before["foreign"], after["foreign"]), "units": before.get("units")}


def before_measuring(options, group, variant):
    """The last prediction that was made before anything of the variant was measured; else the first one, marked."""
    made = [p for p in lines(options, "predictions.jsonl") if (p["group"], p["variant"]) == (group, variant)]
    return next((p for p in reversed(made) if not p["late"]), made[0] if made else None)


def row(group, variant, prediction, pairs, judged):
    scenario = (prediction and prediction["scenario"]) or {}
    predicted = scenario.get("cpu_delta")
    differences = {what: [v[what] / b[what] - 1 for b, v in pairs] for what in ("cpu_s", "wall_s")}
    recorded = [(b, v) for b, v in pairs if b.get("units") and v.get("units")]
    equal = [at_equal_speed(b, v, variant.get("flags", False)) for b, v in recorded]
    error = within = "—"
    if pairs and predicted:
        measured = statistics.median(equal or differences["cpu_s"])
        judged.append((predicted["mid"] - measured, predicted["low"] <= measured <= predicted["high"]))
        error, within = f"{100 * judged[-1][0]:+.1f}", "yes" if judged[-1][1] else "**no**"
    late = " (made after measuring)" if prediction and prediction["late"] else ""
    profile = " ".join([group["subject"], *group["args"]])
    spread = f"{percent(min(differences['cpu_s']))} to {percent(max(differences['cpu_s']))}" if pairs else "—"
    measured_cells = [median_percent(differences["cpu_s"]), spread, median_percent(equal)]
    cells = [profile, variant["title"], interval(predicted) + late, *measured_cells, error, within]
    cells += [interval(scenario.get("delta")), median_percent(differences["wall_s"]), foreign(pairs), str(len(pairs))]
    return f"| {' | '.join(cells)} |"


def at_equal_speed(base, build, flags):
    """The change of CPU, had the machine been as fast in one build as in the other. By how much it was not tell the units that
    both have; where rustc is called otherwise (debug information, code generation, linkers), their front ends."""
    at = 1 if flags else 0
    known = lambda one, unit: one["units"].get(unit, (None, None))[at]
    common = [unit for unit in base["units"] if known(base, unit) and known(build, unit)]
    slower = sum(known(build, unit) for unit in common) / sum(known(base, unit) for unit in common)
    all_s = lambda one: sum(cpu_s or 0.0 for cpu_s, _ in one["units"].values())
    return all_s(build) / slower / all_s(base) - 1


def percent(share):
    return f"{100 * share:+.1f} %"


def median_percent(shares):
    return percent(statistics.median(shares)) if shares else "—"


def interval(delta):
    return f"{percent(delta['mid'])} ({100 * delta['low']:+.1f} to {100 * delta['high']:+.1f})" if delta else "—"


def foreign(pairs):
    shares = [build["foreign"] for pair in pairs for build in pair]
    return f"{100 * statistics.median(shares):.0f} %, at most {100 * max(shares):.0f} %" if shares else "—"


# self


def self_prediction(options):
    subjects = {os.path.basename(os.path.abspath(subject)): subject for subject in options.subjects}
    subjects = {name: subject for name, subject in subjects.items() if not options.only or name in options.only}
    for name, subject in subjects.items():
        if not os.path.exists(self_directory(options, name)):
            copied(subject, self_directory(options, name))
    done = {(line["subject"], line["round"]) for line in lines(options, "self.jsonl")}
    for number in range(1, options.rounds + 1):
        for name in rotated(list(subjects), number):
            if (name, number) not in done:
                append(options, "self.jsonl", subject=name, round=number, **self_round(options, name, number))
    table_self(options, list(subjects))


def self_directory(options, name):
    return os.path.join(options.work, "self", name)


def self_round(options, name, number):
    """With each number of jobs: a recorded build, what it predicts, and a build that is only timed, right after one another."""
    cwd, found = self_directory(options, name), {"predicted": [], "measured": []}
    for jobs in (1, 2) if number % 2 else (2, 1):
        home = os.path.join(options.work, "brisk", f"self-{name}-j{jobs}-{number}")
        recorded = recording(cwd, home, [f"-j{jobs}"])
        for wanted in (1, 2):
            answer = what_if(cwd, home, ["--jobs", str(wanted)])
            wall = answer and answer["scenarios"][0]["wall_s"]
            found["predicted"].append({"from": jobs, "for": wanted, "wall_s": wall, "recording": recorded})
        found["measured"].append({"jobs": jobs, **clean_build(cwd, [f"-j{jobs}"])})
        say(f"round {number}  {name} -j{jobs}: {shown(found['measured'][-1])}")
    return found


def table_self(options, names):
    rounds = [line for line in lines(options, "self.jsonl") if line["subject"] in names]
    print("| subject | recorded with | predicted for | rounds: predicted / measured | error, median | at equal speed | foreign CPU |")
    print("|---|---|---|---|---|---|---|")
    cases = [(name, jobs, wanted) for name in names for jobs in (2, 1) for wanted in (2, 1)]
    errors = [abs(e) for e in (row_self(rounds, *case) for case in cases) if e is not None]
    if errors:
        print(f"\n{len(errors)} predictions, at equal speed: median error {100 * statistics.median(errors):.1f} %, ", end="")
        print(f"worst {100 * max(errors):.1f} %.")


def row_self(rounds, name, jobs, wanted):
    """Prints it. The median error at equal speed over the rounds in which neither build was disturbed."""
    pairs = []
    for line in (line for line in rounds if line["subject"] == name):
        prediction = next(p for p in line["predicted"] if (p["from"], p["for"]) == (jobs, wanted))
        measured = next(m for m in line["measured"] if m["jobs"] == wanted)
        shares = [measured["foreign"], prediction["recording"]["build"].get("foreign_cpu") or 0.0]
        if prediction["wall_s"] and max(shares) < QUIET:
            # A machine that is faster now takes less CPU and wall time alike.
            slower = measured["cpu_s"] / prediction["recording"]["build"]["cpu_s"]
            pairs.append((prediction["wall_s"], measured["wall_s"], max(shares), slower))
    error = median_percent([wall["mid"] / measured - 1 for wall, measured, *_ in pairs])
    equal = [wall["mid"] * slower / measured - 1 for wall, measured, _, slower in pairs]
    walls = ", ".join(f"{wall['mid']:.1f} / {measured:.1f} s" for wall, measured, *_ in pairs) or "—"
    most = f"at most {100 * max(share for _, _, share, _ in pairs):.0f} %" if pairs else "—"
    print(f"| {name} | -j{jobs} | -j{wanted} | {walls} | {error} | {median_percent(equal)} | {most} |")
    return statistics.median(equal) if equal else None


if __name__ == "__main__":
    main()
