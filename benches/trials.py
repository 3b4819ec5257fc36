"""The work of trials.sh."""

import argparse
import collections
import json
import os
import shutil
import statistics
import subprocess
import sys

# The build script: so many steps of a generator, which no compiler takes out.
SCRIPT = """fn main() {{
    println!("cargo::rerun-if-changed=build.rs");
    let mut x = 1_u64;
    for _ in 0..{steps}_u64 {{
        x = std::hint::black_box(x.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407));
    }}
    assert_ne!(x, 0);
}}
"""
FIRST_STEPS = 50_000_000


def main():
    parser = argparse.ArgumentParser(prog="trials.sh")
    parser.add_argument("work")
    parser.add_argument("dir")
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--slower", type=float, default=0.05)
    arguments = sys.argv[1:]
    at = arguments.index("--") if "--" in arguments else len(arguments)
    options = parser.parse_args(arguments[:at])
    options.command = arguments[at + 1 :]
    options.work = os.path.abspath(options.work)
    os.makedirs(options.work, exist_ok=True)
    same, slower = copied(options, "same"), copied(options, "slower")
    calibrated(options, same, slower)
    done = [json.loads(line) for line in open(results(options))] if os.path.exists(results(options)) else []
    for number in range(len(done), 2 * options.rounds):
        kind, other = ("same", same) if number % 2 == 0 else ("slower", slower)
        answer = prove(options, same, other)
        done.append({"kind": kind, **answer})
        with open(results(options), "a") as file:
            file.write(json.dumps(done[-1]) + "\n")
        print(f"{number + 1}: {kind}: {told(answer)}", flush=True)
    for kind in ("same", "slower"):
        summary(kind, [answer for answer in done if answer["kind"] == kind])


def results(options):
    return os.path.join(options.work, "trials.jsonl")


def copied(options, name):
    directory = os.path.join(options.work, name)
    if not os.path.exists(directory):
        shutil.copytree(options.dir, directory, ignore=shutil.ignore_patterns("target", ".git"))
    return directory


def calibrated(options, same, slower):
    script = os.path.join(slower, "build.rs")
    if os.path.exists(script):
        return
    write(script, FIRST_STEPS)
    found = prove(options, same, slower, "--max-pairs", "8")["cpu"]["delta"]["mid"]
    # Compiling the script costs something that does not depend on the steps.
    write(script, 2 * FIRST_STEPS)
    more = prove(options, same, slower, "--max-pairs", "8")["cpu"]["delta"]["mid"]
    steps = FIRST_STEPS * (1 + (options.slower - found) / (more - found))
    if steps < 0:
        os.remove(script)
        sys.exit(f"a build script alone makes it {found:+.1%} slower: that is more than {options.slower:+.1%}")
    write(script, int(steps))
    print(f"{int(steps)} steps, by {found:+.1%} with {FIRST_STEPS} and {more:+.1%} with twice as many", flush=True)


def write(script, steps):
    with open(script, "w") as file:
        file.write(SCRIPT.format(steps=steps))


def prove(options, a, b, *more):
    home = os.path.join(options.work, "brisk")
    environment = {**os.environ, "BRISK_DATA_DIR": home + "/data", "BRISK_CACHE_DIR": home + "/cache"}
    words = [os.environ["BRISK"], "brisk", "prove", a, b, "--message-format", "json", *more]
    words += ["--", *options.command] if options.command else []
    ran = subprocess.run(words, cwd=a, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    if ran.returncode != 0:
        sys.exit(ran.stderr)
    answer = json.loads(ran.stdout.splitlines()[-1])
    answer.pop("samples")
    return answer


def told(answer):
    delta = answer["cpu"]["delta"]
    ends = f"{delta['mid']:+.1%} ({delta['low']:+.1%} to {delta['high']:+.1%})" if delta else "nothing"
    return f"{answer['verdict']}: {ends}, {answer['pairs']} pairs, {answer['took_s']:.0f} s, speed {answer['speed']}"


def summary(kind, answers):
    if not answers:
        return
    verdicts = collections.Counter(answer["verdict"] for answer in answers)
    pairs = statistics.median(answer["pairs"] for answer in answers)
    took = statistics.median(answer["took_s"] for answer in answers)
    deltas = [answer["cpu"]["delta"]["mid"] for answer in answers if answer["cpu"]["delta"]]
    counts = ", ".join(f"{n} {verdict}" for verdict, n in verdicts.most_common())
    print(f"{kind}: {len(answers)} trials: {counts}; median {statistics.median(deltas):+.1%}, {pairs:.0f} pairs, {took:.0f} s")


main()
