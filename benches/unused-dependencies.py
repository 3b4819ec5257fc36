"""The part of unused-dependencies.sh that compares: BRISK WORKSPACE SCRATCH."""

import json
import os
import re
import shutil
import subprocess
import sys

brisk, workspace, scratch = sys.argv[1:]
name = os.path.basename(workspace)
target_dir = os.path.join(scratch, "target-" + name)


def run(*command, cwd=workspace, **environment):
    environment = {**os.environ, "CARGO_TARGET_DIR": target_dir, **environment}
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, env=environment)


def told_by_brisk(*flags):
    """{(member, table, dependency): the command that cures}, and which of them rustc confirms."""
    flags = ["--message-format", "json", "--only", "unused-dependency", *flags]
    answer = run(brisk, *flags, CARGO_TARGET_DIR=os.path.join(workspace, "target"))
    found, confirmed = {}, set()
    for finding in json.loads(answer.stdout)["findings"]:
        member, dependency, *rest = finding["subject"].split(":", 2)
        table = (rest or [""])[0].split(":")[0]
        key = (member, table if table in ("dev", "build") else "normal", dependency)
        found[key] = finding["fix"]["command"]
        if not any(caveat.startswith("not confirmed") for caveat in finding["caveats"]):
            confirmed.add(key)
    return found, confirmed


def members():
    metadata = json.loads(run("cargo", "metadata", "--offline", "--no-deps", "--format-version", "1").stdout)
    return {package["name"]: package for package in metadata["packages"]}


def tables(member, dependency):
    """The tables in which a member declares a dependency, by its name or its new name."""
    declared = [d for d in packages[member]["dependencies"] if dependency in (d["name"], d["rename"])]
    return sorted({d["kind"] or "normal" for d in declared}) or ["normal"]


def told_by_machete():
    """It names dependencies, not tables: all tables are meant."""
    lines = run(os.environ["MACHETE"], "--skip-target-dir", ".").stdout.splitlines()
    found, member = set(), None
    for line in lines:
        if head := re.match(r"^(\S+) -- ", line):
            member = head[1]
        elif member and (dependency := re.match(r"^\t(\S+)$", line)):
            found.update((member, table, dependency[1]) for table in tables(member, dependency[1]))
    return found


def told_by_shear():
    found = set()
    answer = json.loads(run(os.environ["SHEAR"], "--locked", "--format", "json").stdout)
    by_path = {os.path.relpath(package["manifest_path"], workspace): member for member, package in packages.items()}
    for finding in answer["findings"]:
        code = finding["code"].split("/")[-1]
        dependency = re.search(r"`([^`]+)`", finding["message"])
        file = os.path.join(workspace, finding.get("file") or "")
        member = by_path.get(os.path.relpath(file, workspace))
        if dependency and member and code in ("unused_dependency", "unused_optional_dependency", "misplaced_dependency"):
            declared = tables(member, dependency[1])
            found.add((member, "normal" if "normal" in declared else declared[0], dependency[1]))
    return found


def failures(directory):
    """What does not compile or fails there; nothing if all is well."""
    for step in (["test", "--workspace", "--all-targets", "--no-run"], ["test", "--workspace", "--doc"]):
        answer = run("cargo", *step, "--offline", cwd=directory)
        if answer.returncode != 0 and "no library targets found" not in answer.stderr:
            return [f"cargo {' '.join(step)}: {answer.stderr.strip().splitlines()[-1:]}"]
    return []


def tried(commands):
    """What fails in a copy after these commands: nothing if all is well."""
    copy = os.path.join(scratch, "tried", name)
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(workspace, copy, ignore=shutil.ignore_patterns("target"), symlinks=True)
    for command in commands:
        answer = run("bash", "-c", command, cwd=copy, CARGO_NET_OFFLINE="true")
        if answer.returncode != 0:
            return [command + ": " + answer.stderr.strip()]
    return failures(copy)


def removal(member, table, dependency):
    flag = {"normal": "", "dev": " --dev", "build": " --build"}[table]
    return f"cargo remove --package {member}{flag} {dependency}"


packages = members()
n_declared = sum(len(package["dependencies"]) for package in packages.values())
text, _ = told_by_brisk()
both, confirmed = told_by_brisk("--confirm")
peers = {}
if os.environ.get("MACHETE"):
    peers["cargo-machete"] = told_by_machete()
if os.environ.get("SHEAR"):
    peers["cargo-shear"] = told_by_shear()
before = failures(workspace)
if before:
    print(f"{name}: does not compile as it is: {before}")
    sys.exit(2)
together = tried([both[key] for key in sorted(confirmed)])
truth = {key: not together for key in confirmed}
others = (set(both) | set(text)).union(*peers.values()) - (confirmed if not together else set())
for key in sorted(others):
    command = both.get(key) or text.get(key) or removal(*key)
    truth[key] = not tried([command])
print(f"{name}: {n_declared} declarations; of those that anybody tells, {sum(truth.values())} can go or be moved")
if together:
    print(f"  with all that Brisk confirms gone: {together}")
for told_by, told in [("brisk, text", set(text)), ("brisk --confirm, confirmed", confirmed), *peers.items()]:
    false = sorted(key for key in told if not truth[key])
    missed = sorted(key for key in truth if truth[key] and key not in told)
    show = lambda keys: ", ".join(":".join(key) for key in keys) or "none"
    print(f"  {told_by:28} tells {len(told):3}, true {len(told) - len(false):3}; false: {show(false)}; missed: {show(missed)}")
sys.exit(1 if together else 0)
