//! The report as a whole.

use brisk::analysis::Analysis;
use brisk::detect::{Basis, Cost, Effort, Finding, Gain, Location, Risk, Severity};
use brisk::model::{
    Build, Confidence, CpuSample, CpuTime, DiskEntry, DiskKind, DiskUsage, Execution, Jobs, JobsBasis, Mode, Outcome,
    PackageSource, Problem, Session, SessionIdx, Source, Status, Surroundings, TargetKind, Timing, Unit, Workspace,
};
use proptest::prelude::*;
use unicode_width::UnicodeWidthStr as _;

use super::{Color, TextOptions, Verbosity, render};
use crate::testing::aimds::{STARTED_AT, aimds};
use crate::testing::{
    analysis, arbitrary_analysis, build, dirty, lib, main_session, run_script, timing, unit, workspace,
};

fn options(width: usize) -> TextOptions {
    TextOptions { width, now: Some(STARTED_AT + 7300.0), ..TextOptions::default() }
}

/// A recorded build: a library with its build script, and a program that links.
fn recorded() -> Build {
    let cpu = |user_s, sys_s| Some(CpuTime { user_s, sys_s });
    let mut app = unit("app", "0.1.0", TargetKind::Bin, Mode::Build);
    app.timing = Some(Timing { codegen_s: Some(4.0), link_s: Some((4.6, 5.2)), ..timing(3.5, None, 5.2) });
    app.status = dirty("file-changed", "the file `src/main.rs` has changed", None);
    let mut units = vec![
        unit("zlib", "1.3.1", TargetKind::BuildScript, Mode::Build),
        run_script("zlib", "1.3.1", timing(0.4, None, 2.4)),
        lib("zlib", "1.3.1", timing(2.4, Some(3.0), 3.5)),
        lib("log", "0.4.28", timing(0.0, Some(0.2), 0.3)),
        app,
    ];
    units[0].timing = Some(timing(0.0, None, 0.4));
    units[4].package.source = PackageSource::Member;
    for unit in &mut units {
        unit.cpu = cpu(unit.duration_s().unwrap() * 1.1, 0.1);
        unit.max_rss_bytes = Some(200 << 20);
    }
    let sample = |at_s, busy| CpuSample { at_s, busy };
    let mut build = build(units, &[(1, 0), (2, 1), (4, 2), (4, 3)]);
    build.source = Source::Capture;
    build.command = Some(vec!["build".into()]);
    build.profile = Some("dev".into());
    build.started_at = Some(STARTED_AT);
    build.command_span_s = Some((-0.3, 5.3));
    build.cpu = cpu(6.4, 0.9);
    build.jobs = Some(Jobs { n: 4, basis: JobsBasis::Recorded });
    build.outcome = Outcome::Success;
    build.machine.cores = Some(4);
    build.sessions = vec![main_session(STARTED_AT, 5.2, 5)];
    build.cpu_samples = vec![sample(1.0, 2.0), sample(2.0, 1.2), sample(3.0, 1.0), sample(4.0, 1.1), sample(5.0, 3.9)];
    build
}

#[test]
fn a_recorded_build_at_80_columns() {
    insta::assert_snapshot!(render(&analysis(recorded()), &options(80)), @"
       Diagnosed demo (1 member, 1 package), dev profile, from a recording
           Built 2 hours ago by `cargo build`: 5 units in one session (1 dirty)
            Wall 5.20 s with 4 jobs; 1.1 units at work on average, at most one for
                 4.90 s
           Cargo 0.30 s before the first unit, 0.10 s after the last one
             CPU 7.30 s (6.40 s user, 0.90 s system); 1.3 processors busy on average
           Bound 5.20 s with 4 jobs or more (critical path)
           Spent 5.50 s of unit time: 36 % build script runs, 24 % front ends, 22 %
                 code generation, 11 % linking, 7 % rustc not split by phase; 69 %
                 in dependencies

    Slowest units (5 of 5)  █ front end  ▒ code generation  ┃ linking
       ◆ build script run  ■ rustc, not split  * critical path
            wall         CPU    unit
          2.00 s      2.30 s  * zlib build script (run)    ◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆
          1.70 s      1.97 s  * app v0.1.0 (bin app)       ██████▒▒▒▒▒▒▒▒┃┃┃┃┃┃┃
          1.10 s      1.31 s  * zlib v1.3.1                ████████▒▒▒▒▒▒
          0.40 s      0.54 s  * zlib v1.3.1 build script   ■■■■■
          0.30 s      0.43 s    log v0.4.28                ███▒

    Time line (5 of 5 units)
                                  ╷0 s     ╷1 s      ╷2 s     ╷3 s      ╷4 s
    * zlib v1.3.1 build script    ■■■■ 0.40 s
      log v0.4.28                 ██▒ 0.30 s
    * zlib build script (run)         ◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆ 2.00 s
    * zlib v1.3.1                                        ██████▒▒▒▒▒ 1.10 s
    * app v0.1.0 (bin app)                                   1.70 s ████▒▒▒▒▒▒┃┃┃┃┃┃
      units at work, 4 = █        ▄▄▄▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
      CPUs busy, 4 = █            ▄▄▄▄▄▄▄▄▄▃▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▅██████████·

    Critical path (5.20 s of 5.20 s wall, 4 units)
      zlib build script 0.40 s (8 %) → zlib build script (run) 2.00 s (38 %) →
      zlib 1.10 s (21 %) → app (bin app) 1.70 s (33 %)

    Findings (3 of 3, dearest first)
      major for 3.10 s of 5.20 s (60 %) fewer units than 4 jobs are at work
            costs 9.30 s of idle job time
            at app/Cargo.toml
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build takes at least 5.20 s, its longest chain, where the work over
            4 jobs takes 1.38 s
            costs 3.83 s of wall time
            at app/Cargo.toml
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build script of zlib v1.3.1 runs for 2.00 s
            costs 2.30 s of CPU time
            its cure saves 2.94 s to 3.34 s of wall time (simulated) and 2.84 s of
            CPU time (measured)
            at app/Cargo.toml
            next: `cargo tree --workspace --invert zlib@1.3.1`

    What to do (findings by impact and effort)
            effort           small          medium           large
             major               -               1               2
             minor               -               -               -
              note               -               -               -
      medium (hours): `slow-build-script`
      long (days): `low-parallelism`, `critical-path`

            Next `cargo brisk --message-format json` gives every number to programs;
                 `-v` shows more
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a whole page")]
fn a_verbose_report_has_features_reasons_and_memory() {
    let mut build = recorded();
    build.units[3].features = vec!["kv".into(), "std".into()];
    build.units[2].status = dirty("dependency-rebuilt", "the dependency `zlib` was rebuilt", Some(1));
    build.machine.rustc = Some("rustc 1.95.0".into());
    let options = TextOptions { verbosity: Verbosity::Verbose, top: 2, ..options(100) };
    insta::assert_snapshot!(render(&analysis(build), &options), @"
       Diagnosed demo (1 member, 1 package), dev profile, from a recording
           Built 2 hours ago by `cargo build`: 5 units in one session (2 dirty)
            With rustc 1.95.0, 4 cores
            Wall 5.20 s with 4 jobs; 1.1 units at work on average, at most one for 4.90 s
           Cargo 0.30 s before the first unit, 0.10 s after the last one
             CPU 7.30 s (6.40 s user, 0.90 s system); 1.3 processors busy on average
           Bound 5.20 s with 4 jobs or more (critical path)
           Spent 5.50 s of unit time: 36 % build script runs, 24 % front ends, 22 % code generation,
                 11 % linking, 7 % rustc not split by phase; 69 % in dependencies

    Slowest units (5 of 5)  █ front end  ▒ code generation  ┃ linking  ◆ build script run
       ■ rustc, not split  * critical path
            wall         CPU    unit
          2.00 s      2.30 s  * zlib v1.3.1 build script (run)  ◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆
                    memory: 200 MiB at most
          1.70 s      1.97 s  * app v0.1.0 (bin app)            ██████████▒▒▒▒▒▒▒▒▒▒▒▒┃┃┃┃┃┃┃┃┃┃┃┃
                    rebuilt: the file `src/main.rs` has changed
                    memory: 200 MiB at most
          1.10 s      1.31 s  * zlib v1.3.1                     ████████████▒▒▒▒▒▒▒▒▒▒
                    rebuilt: the dependency `zlib` was rebuilt (because of zlib build script (run))
                    memory: 200 MiB at most
          0.40 s      0.54 s  * zlib v1.3.1 build script        ■■■■■■■■
                    memory: 200 MiB at most
          0.30 s      0.43 s    log v0.4.28                     ████▒▒
                    features: kv, std
                    memory: 200 MiB at most

    Time line (5 of 5 units)
                                      ╷0 s        ╷1 s         ╷2 s         ╷3 s        ╷4 s
    * zlib v1.3.1 build script        ■■■■■ 0.40 s
      log v0.4.28                     ███▒ 0.30 s
    * zlib v1.3.1 build script (run)       ◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆◆ 2.00 s
    * zlib v1.3.1                                                   ████████▒▒▒▒▒▒ 1.10 s
    * app v0.1.0 (bin app)                                                 1.70 s ███████▒▒▒▒▒▒▒┃┃┃┃┃┃┃┃
      units at work, 4 = █            ▄▄▄▄▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂
      CPUs busy, 4 = █                ▄▄▄▄▄▄▄▄▄▄▄▄▄▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▂▃█████████████··

    Critical path (5.20 s of 5.20 s wall, 4 units)
      zlib build script 0.40 s (8 %) → zlib build script (run) 2.00 s (38 %) → zlib 1.10 s (21 %) →
      app (bin app) 1.70 s (33 %)

    Findings (3 of 3, dearest first)
      major for 3.10 s of 5.20 s (60 %) fewer units than 4 jobs are at work
            costs 9.30 s of idle job time
            at app/Cargo.toml
            9.30 job-seconds of the 20.8 job-seconds that 4 jobs offer are without a unit (45 %)
            2.60 s from 0.40 s on: zlib build script (run) is at work in 2.00 s of it; 2 units wait for
            it, directly or not; 1.4 processors are busy meanwhile, all programs of the machine together
            0.50 s from 3.50 s on: app (bin app) is at work in 0.50 s of it; nothing waits for it; 1.1
            processors are busy meanwhile, all programs of the machine together
            caveat: what was alone is a build script that itself uses several processors; or memory, and
            not what waits for what, limits how much can run at a time
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build takes at least 5.20 s, its longest chain, where the work over 4 jobs takes 1.38 s
            costs 3.83 s of wall time
            at app/Cargo.toml
            on 4, 8, 16 jobs at least 5.20 s, by the chain (the work alone: 1.38 s, 0.69 s, 0.34 s); the
            work is 5.50 s of unit time
            zlib v1.3.1 build script (run) is 2.00 s of it (38 %); if it took no time, the longest chain
            would still take 3.20 s
            app (bin app) is 1.70 s of it (33 %); if it took no time, the longest chain would still take
            3.50 s
            zlib v1.3.1 is 1.10 s of it (21 %); if it took no time, the longest chain would still take
            4.10 s
            crates of the workspace are 1.70 s of it: app (bin app) 1.70 s
            caveat: with more jobs the code generation of a unit on the chain is itself spread over more
            of them (its front end is not), so that the chain is somewhat shorter than it was here
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build script of zlib v1.3.1 runs for 2.00 s
            costs 2.30 s of CPU time
            its cure saves 2.94 s to 3.34 s of wall time (simulated) and 2.84 s of CPU time (measured)
            at app/Cargo.toml
            before it runs, 1 unit that only it needs is compiled in 0.40 s of unit time
            it is on the critical path, with 2.00 s of 5.20 s
            caveat: the script runs beside other work that takes longer anyway, or its output differs on
            every machine
            next: `cargo tree --workspace --invert zlib@1.3.1`

    What to do (findings by impact and effort)
            effort           small          medium           large
             major               -               1               2
             minor               -               -               -
              note               -               -               -
      medium (hours): `slow-build-script`
      long (days): `low-parallelism`, `critical-path`

            Next `cargo brisk --message-format json` gives every number to programs
    ");
}

#[test]
#[expect(clippy::too_many_lines, reason = "a whole page")]
fn a_real_build_at_80_columns() {
    insta::assert_snapshot!(render(&aimds(), &options(80)), @"
       Diagnosed aimds (4 members, 182 packages), dev profile, from fingerprints
           Built 2 hours ago by `cargo build`: 234 units in one session
            Wall 1 min 12 s with 2 jobs (assumed); 2.0 units at work on average, at
                 most one for 0.90 s
             CPU not measured: `cargo brisk record -- build` measures it
           Bound 1 min 12 s with 2 jobs (unit time over jobs), 14.8 s with any
                 number (critical path); the build took 1 % more
           Spent 2 min 23 s of unit time: 61 % front ends, 23 % code generation,
                 15 % rustc not split by phase, 1 % build script runs; 97 % in
                 dependencies; 11 packages are built in several versions

    Slowest units (10 of 234)  █ front end  ▒ code generation  * critical path
            wall    unit
          6.54 s    tokio v1.54.1           ████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
          6.22 s  * nalgebra v0.33.3        █████████████████████████████████████▒
          5.82 s    nalgebra v0.29.0        ███████████████████████████████████▒
          5.47 s    syn v3.0.9              ███████████████████████▒▒▒▒▒▒▒▒▒▒
          5.12 s    regex-automata v0.4.18  ██████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
          4.74 s  * syn v2.0.119            ███████████████████▒▒▒▒▒▒▒▒▒▒
          3.93 s    simba v0.6.0            ███████████████████████▒
          3.84 s    simba v0.9.1            ██████████████████████▒▒
          3.64 s    zerocopy v0.8.63        █████████████████████▒
          3.11 s    syn v1.0.109            ███████████▒▒▒▒▒▒▒▒

    Time line (20 of 234 units)
                                  ╷0:00     ╷0:15     ╷0:30      ╷0:45     ╷1:00
    * proc-macro2 build script    ■ 0.80 s
    * proc-macro2 v1.0.107        █ 0.65 s
    * quote v1.0.47                █ 0.27 s
      syn v3.0.9                   ███▒ 5.47 s
    * syn v2.0.119                    ██▒ 4.74 s
      regex-syntax v0.8.11                     █▒ 2.89 s
      regex-automata v0.4.18                     ██▒ 5.12 s
      tokio v1.54.1                                  ███▒ 6.54 s
      zerocopy v0.8.63                                 ███ 3.64 s
      syn v1.0.109                                             █▒ 3.11 s
      simba v0.9.1                                             ███ 3.84 s
    * nalgebra-macros v0.2.2                                      ■ 0.32 s
      futures-util v0.3.34                                         ██ 2.64 s
    * nalgebra v0.33.3                                               █████ 6.22 s
      simba v0.6.0                                                      ███ 3.93 s
      nalgebra v0.29.0                                              5.82 s ████
    * midstreamer-attractor                                               █ 0.25 s
    * midstreamer-strange-loop                                          0.60 s ▒
    * aimds-analysis v0.1.1                                               0.80 s ▒
    * aimds-response v0.1.1                                                 1.34 s █
      units at work, 2 = █        █████████████████████████████████████████████████▆

    Critical path (14.8 s of 1 min 12 s wall, 11 units)
      proc-macro2 build script 0.80 s (5 %) →
      proc-macro2 build script (run) 0.12 s (1 %) → proc-macro2 0.40 s front (3 %) →
      quote 0.18 s front (1 %) → syn 4.74 s (32 %) → nalgebra-macros 0.32 s (2 %) →
      nalgebra 6.10 s front (41 %) → 2 short units 0.42 s (3 %) →
      aimds-analysis 0.36 s front (2 %) → aimds-response 1.34 s (9 %)

    Several versions (11 packages; with one version each, 20 units and 23.8 s of
      unit time (17 %) would vanish)
       unit time  units  package
          13.8 s      7  nalgebra         0.29.0  ← statrs v0.16.1
                                          0.33.3  ← midstreamer-attractor v0.2.1
          8.12 s      4  syn              1.0.109 ← nalgebra-macros v0.1.0
                                          2.0.119 ← darling_core v0.23.0,
                                                    darling_macro v0.23.0,
                                                    derive_more v0.99.20 and 4 more
                                          3.0.9   ← async-trait v0.1.92,
                                                    displaydoc v0.2.7,
                                                    futures-macro v0.3.34 and 8 more
          3.93 s      1  simba            0.6.0   ← nalgebra v0.29.0
                                          0.9.1   ← nalgebra v0.33.3
          3.65 s      4  nalgebra-macros  0.1.0   ← nalgebra v0.29.0
                                          0.2.2   ← nalgebra v0.33.3
          2.33 s      1  ndarray          0.15.6  ← aimds-analysis (member)
                                          0.16.1  ← midstreamer-attractor v0.2.1,
                                                    midstreamer-neural-solver v0.2.1
          1.35 s      4  hashbrown        0.14.5  ← dashmap v5.5.3, dashmap v6.2.1
                                          0.15.5  ← lru v0.12.5, tokio-util v0.7.20
                                          0.17.1  ← indexmap v2.14.2
          1.65 s      7  5 more packages: `-v` shows all

    Disk (3.99 GiB in target, 8,180 files)
      1.83 GiB  46 %  package                   ████████████████▌
       764 MiB  19 %  ├─ aimds-response-0.1.1   ██████▊
       634 MiB  16 %  ├─ aimds-analysis-0.1.1   █████▋
       479 MiB  12 %  ├─ aimds-detection-0.1.1  ████▎
      1.00 MiB  <1 %  └─ *.crate                ▏
      1.67 GiB  42 %  debug                     ███████████████
       800 MiB  20 %  ├─ deps                   ███████
       493 MiB  12 %  ├─ incremental            ████▍
       407 MiB  10 %  ├─ build                  ███▋
      5.00 MiB  <1 %  └─ 2 smaller              ▏
       359 MiB   9 %  release                   ███▏
       148 MiB   4 %  wasm32-unknown-unknown    █▎

    Findings (6 of 14, dearest first)
      major nalgebra is built in 2 versions (0.29.0, 0.33.3), because of statrs
            v0.16.1
            costs 13.8 s of unit time and 41.7 MiB
            its cure saves 5.06 s to 8.83 s of wall time (simulated) and 11.7 s to
            13.9 s of CPU time (estimated from unit time)
            next: `cargo update -p nalgebra@0.29.0 --precise 0.33.3`
      major syn is built in 3 versions (1.0.109, 2.0.119, 3.0.9)
            costs 8.12 s of unit time and 23.9 MiB
            its cure saves 2.91 s to 5.20 s of wall time (simulated) and 6.90 s to
            8.17 s of CPU time (estimated from unit time)
            next:
            `cargo update -p syn@1.0.109 --precise 3.0.9 && cargo update -p
            syn@2.0.119 --precise 3.0.9`
      minor the macros of validator_derive v0.20.1 take 4.13 s to build, 7 units
            that only it needs included
            costs 4.13 s of unit time and 30.1 MiB
            its cure saves 1.46 s to 2.67 s of wall time (simulated) and 3.51 s to
            4.15 s of CPU time (estimated from unit time)
            next: `cargo tree --workspace --invert validator_derive@0.20.1`
      minor simba is built in 2 versions (0.6.0, 0.9.1), because of nalgebra v0.29.0
            costs 3.93 s of unit time and 11.7 MiB
            its cure saves 1.40 s to 2.56 s of wall time (simulated) and 3.34 s to
            3.96 s of CPU time (estimated from unit time)
            next: `cargo update -p simba@0.6.0 --precise 0.9.1`
      minor the macros of nalgebra-macros v0.1.0 take 3.65 s to build, 3 units that
            only it needs included
            costs 3.65 s of unit time and 20.3 MiB
            its cure saves 1.29 s to 2.36 s of wall time (simulated) and 3.10 s to
            3.67 s of CPU time (estimated from unit time)
            next: `cargo tree --workspace --invert nalgebra-macros@0.1.0`
       note with 2 jobs only the work counts (71.5 s); the longest chain, 14.8 s,
            bounds the build from 10 jobs on
            next: `cargo tree --workspace --invert nalgebra@0.33.3`
      more: 8 `duplicate-version`; `-v` shows all, `--only ID` those of one kind
      together, the cures of 13 findings take out 28 units and 28.0 s of unit time,
      23.8 s to 28.1 s of CPU time (estimated from unit time); 10.7 to 17.5 s of
      wall time (simulated); one by one they add up to 43.4 s of unit time, which
      counts some twice

    What to do (findings by impact and effort)
            effort           small          medium           large
             major               -               2               -
             minor               -               5               -
              note               -               6               1
      medium (hours): 11 `duplicate-version`, 2 `slow-proc-macro`
      long (days): `critical-path`

            Next `cargo brisk record -- build` adds CPU time, memory, link time and
                 rebuild reasons; `-v` shows more
    ");
}

#[test]
fn a_real_build_at_140_columns() {
    let text = render(&aimds(), &TextOptions { top: 5, ..options(140) });
    insta::assert_snapshot!(text.split("\nFindings").next().unwrap(), @"
       Diagnosed aimds (4 members, 182 packages), dev profile, from fingerprints
           Built 2 hours ago by `cargo build`: 234 units in one session
            Wall 1 min 12 s with 2 jobs (assumed); 2.0 units at work on average, at most one for 0.90 s
             CPU not measured: `cargo brisk record -- build` measures it
           Bound 1 min 12 s with 2 jobs (unit time over jobs), 14.8 s with any number (critical path); the build took 1 % more
           Spent 2 min 23 s of unit time: 61 % front ends, 23 % code generation, 15 % rustc not split by phase, 1 % build script runs; 97 % in
                 dependencies; 11 packages are built in several versions

    Slowest units (5 of 234)  █ front end  ▒ code generation  * critical path
            wall    unit
          6.54 s    tokio v1.54.1           ███████████████████████████████████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
          6.22 s  * nalgebra v0.33.3        █████████████████████████████████████████████████████████████████████████████████████████████▒▒
          5.82 s    nalgebra v0.29.0        ███████████████████████████████████████████████████████████████████████████████████████▒▒
          5.47 s    syn v3.0.9              ███████████████████████████████████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒
          5.12 s    regex-automata v0.4.18  ███████████████████████████████████▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒

    Time line (20 of 234 units)
                                         ╷0:00         ╷0:10         ╷0:20         ╷0:30          ╷0:40         ╷0:50         ╷1:00
    * proc-macro2 v1.0.107 build script  ■ 0.80 s
    * proc-macro2 v1.0.107                █ 0.65 s
    * quote v1.0.47                        █ 0.27 s
      syn v3.0.9                            █████▒▒ 5.47 s
    * syn v2.0.119                              █████▒▒ 4.74 s
      regex-syntax v0.8.11                                          ██▒▒ 2.89 s
      regex-automata v0.4.18                                            ███▒▒▒▒ 5.12 s
      tokio v1.54.1                                                             █████▒▒▒▒ 6.54 s
      zerocopy v0.8.63                                                               █████ 3.64 s
      syn v1.0.109                                                                                   ██▒▒ 3.11 s
      simba v0.9.1                                                                                   █████ 3.84 s
    * nalgebra-macros v0.2.2                                                                               ■ 0.32 s
      futures-util v0.3.34                                                                                    ████ 2.64 s
    * nalgebra v0.33.3                                                                                            █████████ 6.22 s
      simba v0.6.0                                                                                                     ██████ 3.93 s
      nalgebra v0.29.0                                                                                                      █████████ 5.82 s
    * midstreamer-attractor v0.2.1                                                                                          █ 0.25 s
    * midstreamer-strange-loop v0.2.1                                                                                                █ 0.60 s
    * aimds-analysis v0.1.1                                                                                                         0.80 s █
    * aimds-response v0.1.1                                                                                                            1.34 s █▒
      units at work, 2 = █               █████████████████████████████████████████████████████████████████████████████████████████████████████▇▄

    Critical path (14.8 s of 1 min 12 s wall, 11 units)
      proc-macro2 build script 0.80 s (5 %) → proc-macro2 build script (run) 0.12 s (1 %) → proc-macro2 0.40 s front (3 %) →
      quote 0.18 s front (1 %) → syn 4.74 s (32 %) → nalgebra-macros 0.32 s (2 %) → nalgebra 6.10 s front (41 %) → 2 short units 0.42 s (3 %) →
      aimds-analysis 0.36 s front (2 %) → aimds-response 1.34 s (9 %)

    Several versions (11 packages; with one version each, 20 units and 23.8 s of unit time (17 %) would vanish)
       unit time  units  package
          13.8 s      7  nalgebra         0.29.0  ← statrs v0.16.1
                                          0.33.3  ← midstreamer-attractor v0.2.1
          8.12 s      4  syn              1.0.109 ← nalgebra-macros v0.1.0
                                          2.0.119 ← darling_core v0.23.0, darling_macro v0.23.0, derive_more v0.99.20 and 4 more
                                          3.0.9   ← async-trait v0.1.92, displaydoc v0.2.7, futures-macro v0.3.34 and 8 more
          3.93 s      1  simba            0.6.0   ← nalgebra v0.29.0
                                          0.9.1   ← nalgebra v0.33.3
          3.65 s      4  nalgebra-macros  0.1.0   ← nalgebra v0.29.0
                                          0.2.2   ← nalgebra v0.33.3
          2.33 s      1  ndarray          0.15.6  ← aimds-analysis (member)
                                          0.16.1  ← midstreamer-attractor v0.2.1, midstreamer-neural-solver v0.2.1
          1.35 s      4  hashbrown        0.14.5  ← dashmap v5.5.3, dashmap v6.2.1
                                          0.15.5  ← lru v0.12.5, tokio-util v0.7.20
                                          0.17.1  ← indexmap v2.14.2
          1.65 s      7  5 more packages: `-v` shows all

    Disk (3.99 GiB in target, 8,180 files)
      1.83 GiB  46 %  package                   ██████████████████████
       764 MiB  19 %  ├─ aimds-response-0.1.1   █████████
       634 MiB  16 %  ├─ aimds-analysis-0.1.1   ███████▌
       479 MiB  12 %  ├─ aimds-detection-0.1.1  █████▋
      1.00 MiB  <1 %  └─ *.crate                ▏
      1.67 GiB  42 %  debug                     ████████████████████
       800 MiB  20 %  ├─ deps                   █████████▍
       493 MiB  12 %  ├─ incremental            █████▊
       407 MiB  10 %  ├─ build                  ████▊
      5.00 MiB  <1 %  └─ 2 smaller              ▏
       359 MiB   9 %  release                   ████▎
       148 MiB   4 %  wasm32-unknown-unknown    █▊
    ");
}

#[test]
fn findings_of_a_real_build_at_140_columns() {
    let text = render(&aimds(), &options(140));
    let findings = &text[text.find("Findings (").unwrap()..];
    insta::assert_snapshot!(findings, @"
    Findings (6 of 14, dearest first)
      major nalgebra is built in 2 versions (0.29.0, 0.33.3), because of statrs v0.16.1
            costs 13.8 s of unit time and 41.7 MiB
            its cure saves 5.06 s to 8.83 s of wall time (simulated) and 11.7 s to 13.9 s of CPU time (estimated from unit time)
            next: `cargo update -p nalgebra@0.29.0 --precise 0.33.3`
      major syn is built in 3 versions (1.0.109, 2.0.119, 3.0.9)
            costs 8.12 s of unit time and 23.9 MiB
            its cure saves 2.91 s to 5.20 s of wall time (simulated) and 6.90 s to 8.17 s of CPU time (estimated from unit time)
            next: `cargo update -p syn@1.0.109 --precise 3.0.9 && cargo update -p syn@2.0.119 --precise 3.0.9`
      minor the macros of validator_derive v0.20.1 take 4.13 s to build, 7 units that only it needs included
            costs 4.13 s of unit time and 30.1 MiB
            its cure saves 1.46 s to 2.67 s of wall time (simulated) and 3.51 s to 4.15 s of CPU time (estimated from unit time)
            next: `cargo tree --workspace --invert validator_derive@0.20.1`
      minor simba is built in 2 versions (0.6.0, 0.9.1), because of nalgebra v0.29.0
            costs 3.93 s of unit time and 11.7 MiB
            its cure saves 1.40 s to 2.56 s of wall time (simulated) and 3.34 s to 3.96 s of CPU time (estimated from unit time)
            next: `cargo update -p simba@0.6.0 --precise 0.9.1`
      minor the macros of nalgebra-macros v0.1.0 take 3.65 s to build, 3 units that only it needs included
            costs 3.65 s of unit time and 20.3 MiB
            its cure saves 1.29 s to 2.36 s of wall time (simulated) and 3.10 s to 3.67 s of CPU time (estimated from unit time)
            next: `cargo tree --workspace --invert nalgebra-macros@0.1.0`
       note with 2 jobs only the work counts (71.5 s); the longest chain, 14.8 s, bounds the build from 10 jobs on
            next: `cargo tree --workspace --invert nalgebra@0.33.3`
      more: 8 `duplicate-version`; `-v` shows all, `--only ID` those of one kind
      together, the cures of 13 findings take out 28 units and 28.0 s of unit time, 23.8 s to 28.1 s of CPU time (estimated from unit time);
      10.7 to 17.5 s of wall time (simulated); one by one they add up to 43.4 s of unit time, which counts some twice

    What to do (findings by impact and effort)
            effort           small          medium           large
             major               -               2               -
             minor               -               5               -
              note               -               6               1
      medium (hours): 11 `duplicate-version`, 2 `slow-proc-macro`
      long (days): `critical-path`

            Next `cargo brisk record -- build` adds CPU time, memory, link time and rebuild reasons; `-v` shows more
    ");
}

#[test]
fn colours_are_cargos_own_and_one_per_phase() {
    let options = TextOptions { color: Color::Always, top: 1, verbosity: Verbosity::Normal, ..options(80) };
    let build = build(vec![lib("log", "0.4.28", timing(0.0, Some(1.0), 2.0))], &[]);
    let text = render(&analysis(build), &options);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("Diagnosed") || line.contains("v0.4.28")).collect();
    insta::assert_debug_snapshot!(lines, @r#"
    [
        "\u{1b}[1m\u{1b}[92m   Diagnosed\u{1b}[0m demo (1 member, 1 package), from fingerprints",
        "\u{1b}[1m      2.00 s\u{1b}[0m  \u{1b}[1m\u{1b}[91m* \u{1b}[0mlog\u{1b}[2m v0.4.28\u{1b}[0m  \u{1b}[36m██████████████████████████\u{1b}[0m\u{1b}[35m▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\u{1b}[0m",
        "\u{1b}[1m\u{1b}[91m* \u{1b}[0mlog\u{1b}[2m v0.4.28\u{1b}[0m            \u{1b}[36m████████████████████████████\u{1b}[0m\u{1b}[35m▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒▒\u{1b}[0m",
    ]
    "#);
}

#[test]
fn without_colour_there_is_no_escape_sequence() {
    let mut build = recorded();
    build.units[0].package.name = "\u{1b}[31mevil\u{7}".into();
    for verbosity in [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose] {
        let text = render(&analysis(build.clone()), &TextOptions { verbosity, ..options(80) });
        assert!(!text.contains(['\u{1b}', '\u{7}']), "{text:?}");
    }
}

#[test]
fn notes_are_for_who_asks_for_everything() {
    let mut analysis = analysis(recorded());
    analysis.problems = vec![Problem::new("the sources of `far` are not on this machine", "", "").as_note()];
    let of = |verbosity| render(&analysis, &TextOptions { verbosity, ..options(80) });
    assert!(!of(Verbosity::Normal).contains("far"));
    assert!(of(Verbosity::Verbose).starts_with("note: the sources of `far` are not on this machine\n"));
}

#[test]
fn problems_come_first() {
    let mut build = recorded();
    build.outcome = Outcome::Failed(101);
    build.units[4].failed = Some(1);
    build.foreign_cpu = Some(0.23);
    build.units[3].timing.as_mut().unwrap().confidence = Confidence::Doubtful;
    let unreadable = |n: u32| {
        Problem::new(
            format!("the fingerprint `target/debug/.fingerprint/serde-{n:016x}/lib-serde.json` cannot be read"),
            "it was written by a newer Cargo",
            "its unit is missing",
        )
    };
    build.problems = (0..12).map(unreadable).collect();
    let text = render(&analysis(build), &TextOptions { verbosity: Verbosity::Quiet, ..options(80) });
    insta::assert_snapshot!(text, @"
    error: the command failed with exit code 101
      failed: app (bin app) (exit code 1)
      effect: units that had not run by then are missing here
    warning: other programs used 23 % of the machine during the build
      effect: wall times are longer than those of the build alone; CPU times are
              hardly affected
    warning: the fingerprint
             `target/debug/.fingerprint/serde-0000000000000000/lib-serde.json`
             cannot be read (and 11 more of the kind)
      why:    it was written by a newer Cargo
      effect: its unit is missing

       Diagnosed demo (1 member, 1 package), dev profile, from a recording
           Built 2 hours ago by `cargo build`: 4 units in one session (1 dirty); 1
                 without a time
            Wall 5.20 s with 4 jobs; 1.0 units at work on average, at most one for
                 5.20 s
           Cargo 0.30 s before the first unit, 0.10 s after the last one
             CPU 7.30 s (6.40 s user, 0.90 s system); 1.3 processors busy on average
           Bound 5.20 s with 4 jobs or more (critical path)
           Spent 5.20 s of unit time: 38 % build script runs, 21 % front ends, 21 %
                 code generation, 12 % linking, 8 % rustc not split by phase; 67 %
                 in dependencies
    error: app (bin app) failed in this build with exit code 1
    ");
}

#[test]
fn a_build_without_times_says_so_in_every_section() {
    let mut build = recorded();
    build.source = Source::Fingerprints;
    for unit in &mut build.units {
        unit.timing = None;
        unit.cpu = None;
    }
    (build.wall_s, build.cpu, build.command_span_s) = (None, None, None);
    build.cpu_samples.clear();
    insta::assert_snapshot!(render(&analysis(build), &options(80)), @"
       Diagnosed demo (1 member, 1 package), dev profile, from fingerprints
           Built 2 hours ago by `cargo build`: 5 units, none with a time (1 dirty)
            Wall not known: no unit has a time to rely on

    Slowest units
      not known: no unit has a time to rely on

    Time line
      nothing to draw: no unit of the main session has a time to rely on

    Critical path
      not known: no unit has a time to rely on

            Next `cargo brisk record -- build` records the next build with exact
                 times
    ");
}

#[test]
fn doubtful_times_are_never_drawn() {
    let mut doubtful = aimds().build;
    for unit in &mut doubtful.units {
        unit.timing.as_mut().unwrap().confidence = Confidence::Doubtful;
    }
    let text = render(&analysis(doubtful), &options(80));
    assert!(text.contains("not known: no unit has a time to rely on"), "{text}");
    assert!(!text.contains('█'), "{text}");
}

#[test]
fn an_empty_build_has_a_headline_and_a_next_step() {
    insta::assert_snapshot!(render(&analysis(Build::empty(Source::Fingerprints)), &options(80)), @"
    Diagnosed demo (1 member, 1 package), from fingerprints
        Found no unit; `cargo brisk record -- build` builds and records

         Next `cargo brisk record -- build` records the next build with exact
              times
    ");
}

#[test]
fn what_nobody_told_of_the_workspace_is_not_said() {
    let subject = |root: &str, source: PackageSource| {
        let mut build = build(vec![lib("log", "0.4.28", timing(0.0, None, 1.0))], &[]);
        build.units[0].package.source = source;
        let text = render(
            &Analysis::of(Workspace::of_build(root, &build), build, Surroundings::default(), Vec::new()),
            &options(80),
        );
        text.lines().find_map(|line| line.trim().strip_prefix("Diagnosed ")).unwrap().to_owned()
    };
    assert_eq!(subject("", PackageSource::Unknown), "1 package, from fingerprints");
    assert_eq!(subject("/src/demo", PackageSource::Unknown), "demo (1 package), from fingerprints");
    assert_eq!(subject("/src/demo", PackageSource::Member), "demo (1 member, 1 package), from fingerprints");
}

#[test]
fn a_command_that_built_nothing_was_not_disturbed() {
    let build = Build { foreign_cpu: Some(0.5), ..Build::empty(Source::Capture) };
    let text = render(&analysis(build), &options(80));
    assert!(!text.contains("other programs"), "{text}");
}

/// A build of which these units were built again, each by a command of its own, so many seconds after the start.
fn rebuilt(units: &[(usize, f64)]) -> Analysis {
    let mut build = recorded();
    for (session, &(unit, start_s)) in (1..).zip(units) {
        build.sessions.push(Session { started_at: STARTED_AT + start_s, wall_s: 1.0, n_units: 1 });
        let again = timing(start_s, Some(start_s + 0.5), start_s + 1.0);
        build.units[unit].timing = Some(Timing { session: SessionIdx(session), ..again });
    }
    analysis(build)
}

#[test]
fn units_of_other_sessions_are_counted_and_not_drawn() {
    let text = render(&rebuilt(&[(3, -900.0)]), &options(200));
    assert!(text.contains(": 4 of 5 units in the main session (1 dirty), 1 in an earlier one\n"), "{text}");
    assert!(text.contains("CPU 7.30 s for 4 of 5 units (6.40 s user, 0.90 s system)"), "{text}");
    assert!(text.contains("Time line (4 of 4 units of the main session)"), "{text}");
}

#[test]
fn figures_of_other_units_than_the_wall_time_say_so() {
    // The bound is longer than the wall time of what is left of the main session.
    let mut analysis = rebuilt(&[(4, 7298.0), (3, 3600.0), (0, -900.0)]);
    let build = &mut analysis.build;
    (build.source, build.command, build.command_span_s, build.cpu) = (Source::Fingerprints, None, None, None);
    build.wall_s = Some(3.5);
    for unit in &mut build.units {
        (unit.cpu, unit.status) = (None, Status::Unknown);
    }
    let text =
        render(&Analysis::of(analysis.workspace, analysis.build, Surroundings::default(), Vec::new()), &options(80));
    insta::assert_snapshot!(text.split("Slowest units").next().unwrap(), @"
    Diagnosed demo (1 member, 1 package), dev profile, from fingerprints
        Built 2 hours ago (the newest unit just now): 2 of 5 units in the main
              session, 1 in an earlier one, 2 in 2 later ones
         Wall 3.50 s for 2 of 5 units with 4 jobs; 1.0 units at work on average,
              at most one for 3.10 s
          CPU not measured: `cargo brisk record -- build` measures it
        Bound 5.10 s for all 5 units with 4 jobs or more (critical path)
        Spent 6.10 s of unit time in all 5 units: 34 % front ends, 33 % code
              generation, 33 % build script runs; 84 % in dependencies
    ");
}

#[test]
fn a_build_was_when_it_ended() {
    let mut build = build(vec![lib("log", "0.4.28", timing(0.0, Some(0.2), 7000.0))], &[]);
    build.started_at = Some(STARTED_AT);
    build.sessions = vec![main_session(STARTED_AT, 7000.0, 1)];
    let text = render(&analysis(build), &options(80));
    assert!(text.contains("Built 5 minutes ago: 1 unit in one session\n"), "{text}");
}

#[test]
fn a_build_that_beats_its_assumed_jobs_says_that_the_assumption_is_wrong() {
    let units = (0..4).map(|n| lib(&format!("lib{n}"), "1.0.0", timing(0.0, Some(4.0), 4.0))).collect();
    let mut build = build(units, &[]);
    build.jobs = Some(Jobs { n: 2, basis: JobsBasis::Assumed });
    let text = render(&analysis(build), &options(200));
    assert!(text.contains("the build was faster, so it had more than 2 jobs"), "{text}");
}

#[test]
fn the_command_to_record_is_the_one_of_this_build() {
    let check = |profile: &str, expected: &str| {
        let mut build = build(vec![lib("log", "0.4.28", timing(0.0, None, 1.0))], &[]);
        build.profile = Some(profile.into());
        let text = render(&analysis(build), &options(100));
        assert!(text.contains(expected), "{text}");
    };
    check("dev", "`cargo brisk record -- build`");
    check("release", "`cargo brisk record -- build --release`");
    check("dist", "`cargo brisk record -- build --profile dist`");
}

#[test]
fn duplicates_name_members_first_and_say_what_seconds_are_counted_in() {
    let member = |name: &str, at: f64| {
        let mut unit = lib(name, "0.1.0", timing(at, Some(at + 1.0), at + 1.0));
        unit.package.source = PackageSource::Member;
        unit
    };
    let third = |n: usize| lib(&format!("dep{n}"), "1.0.0", timing(4.0, Some(4.5), 5.0));
    let mut units = vec![
        lib("dashmap", "5.5.3", timing(0.0, Some(1.0), 2.0)),
        lib("dashmap", "6.1.0", timing(0.0, Some(1.0), 2.0)),
        member("app", 2.0),
    ];
    units.extend((0..5).map(third));
    let mut edges: Vec<(u32, u32)> = (3..8).map(|dependent| (dependent, 0)).collect();
    edges.extend([(2, 0), (2, 1)]);
    let several = |build: Build| {
        let text = render(&analysis(build), &options(80));
        let section = text.split("\n\n").find(|section| section.starts_with("Several")).unwrap();
        section.to_owned()
    };
    let mut build = build(units, &edges);
    let told_in_part = Build { source: Source::TimingsHtml, edges: vec![build.edges[4]], ..build.clone() };
    insta::assert_snapshot!(several(told_in_part), @"
    Several versions (1 package; with one version each, at least 1 unit and 2.00 s
      of unit time (20 %) would vanish)
       unit time  units  package
          2.00 s      1  dashmap  5.5.3 ← dep2 v1.0.0 and perhaps others
                                  6.1.0 ← not known
    ");
    insta::assert_snapshot!(several(build.clone()), @"
    Several versions (1 package; with one version each, 1 unit and 2.00 s of unit
      time (20 %) would vanish)
       unit time  units  package
          2.00 s      1  dashmap  5.5.3 ← app (member), dep0 v1.0.0, dep1 v1.0.0 and
                                          3 more
                                  6.1.0 ← app (member)
    ");
    for unit in &mut build.units {
        unit.cpu = Some(CpuTime { user_s: 3.0, sys_s: 0.5 });
    }
    insta::assert_snapshot!(several(build.clone()).lines().nth(1).unwrap(), @"  time would vanish)");
    for unit in &mut build.units {
        (unit.cpu, unit.timing) = (None, None);
    }
    let text = several(build);
    let vanish =
        "with one version each, 1 unit would vanish; their\n  time is not known)\n        time  units  package";
    assert!(text.contains(vanish), "{text}");
}

#[test]
fn a_build_directory_elsewhere_is_named_with_its_whole_path() {
    let entry = |path: &str, bytes: u64| DiskEntry {
        path: path.to_owned(),
        kind: DiskKind::Profile,
        bytes,
        files: 1,
        children: Vec::new(),
    };
    let usage = |path: &str, entries: Vec<DiskEntry>| DiskUsage {
        path: path.to_owned(),
        bytes: entries.iter().map(|entry| entry.bytes).sum(),
        files: 1,
        entries,
    };
    let dirs =
        vec![usage("/w/target", vec![entry("debug", 1 << 20)]), usage("/var/bd/7c", vec![entry("debug", 3 << 20)])];
    let analysis =
        Analysis::of(workspace(&["app"]), recorded(), Surroundings::of_disk(DiskUsage::joined(dirs)), Vec::new());
    let text = render(&analysis, &options(80));
    let disk = text.split("\n\n").find(|section| section.starts_with("Disk")).unwrap();
    insta::assert_snapshot!(disk, @"
    Disk (4.00 MiB in /w/target and the build directory, 2 files)
      3.00 MiB  75 %  /var/bd/7c  ████████████████████████████████████
      3.00 MiB  75 %  └─ debug    ████████████████████████████████████
      1.00 MiB  25 %  debug       ████████████
    ");
}

#[test]
fn a_finding_without_a_section_of_its_own_is_told() {
    let mut analysis = analysis(recorded());
    analysis.findings.push(Finding {
        id: "slow-build-script",
        key: "slow-build-script:zlib".into(),
        title: "the build script of zlib runs for 2.00 s".into(),
        subject: "zlib".into(),
        severity: Severity::Major,
        seconds_of: "unit time",
        cost: Cost { seconds: Some(2.0), cpu_seconds: None, bytes: Some(3 << 20) },
        gain: Gain { low_s: Some(1.2), high_s: Some(1.9), cpu: None, bytes: None, basis: Basis::Simulated },
        effort: Effort::Small,
        risk: Risk::Low,
        evidence: vec!["it compiles C code".into()],
        locations: vec![Location { file: "Cargo.toml".into(), line: Some(12) }],
        caveats: Vec::new(),
        command: None,
        cure: Vec::new(),
        cuts: Vec::new(),
        overlaps: Vec::new(),
    });
    let text = render(&analysis, &options(80));
    let section = text.split("\n\n").find(|section| section.starts_with("Findings")).unwrap();
    insta::assert_snapshot!(section, @"
    Findings (4 of 4, dearest first)
      major for 3.10 s of 5.20 s (60 %) fewer units than 4 jobs are at work
            costs 9.30 s of idle job time
            at app/Cargo.toml
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build takes at least 5.20 s, its longest chain, where the work over
            4 jobs takes 1.38 s
            costs 3.83 s of wall time
            at app/Cargo.toml
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build script of zlib v1.3.1 runs for 2.00 s
            costs 2.30 s of CPU time
            its cure saves 2.94 s to 3.34 s of wall time (simulated) and 2.84 s of
            CPU time (measured)
            at app/Cargo.toml
            next: `cargo tree --workspace --invert zlib@1.3.1`
      major the build script of zlib runs for 2.00 s
            costs 2.00 s of unit time and 3.00 MiB
            its cure saves 1.20 s to 1.90 s of wall time (simulated)
            at Cargo.toml:12
    ");
}

#[test]
fn more_than_a_thousand_packages_stay_brief() {
    let at = |n: u32| f64::from(n / 4);
    let units: Vec<Unit> = (0..1200)
        .map(|n| lib(&format!("package-{n}"), "1.0.0", timing(at(n), Some(at(n) + 0.5), at(n) + 1.0)))
        .collect();
    let edges: Vec<(u32, u32)> = (1..1200).map(|n| (n, n / 2)).collect();
    let mut build = build(units, &edges);
    build.problems = (0..500).map(|n| Problem::new(format!("problem {n}"), format!("cause {n}"), "")).collect();
    let text = render(&analysis(build), &options(100));
    assert!(text.lines().count() < 80, "{text}");
}

#[test]
fn programs_that_were_run_are_summed_up() {
    let program = |name: &str, start_s: f64, end_s: f64, code: i32| Execution {
        unit: None,
        program: name.into(),
        start_s,
        end_s,
        cpu: None,
        max_rss_bytes: None,
        exit_code: Some(code),
    };
    let mut build = recorded();
    build.executions = vec![program("app-0d1f", 5.2, 6.2, 0), program("api-77aa", 6.2, 9.2, 101)];
    let text = render(&analysis(build), &options(100));
    assert!(text.contains("Ran 2 programs for 4.00 s; longest `api-77aa` with 3.00 s; 1 failed"), "{text}");
}

#[test]
fn a_package_compiled_twice_in_one_version_is_told_apart() {
    let mut units = vec![
        lib("serde", "1.0.228", timing(3.0, Some(4.0), 5.0)),
        lib("serde", "1.0.228", timing(0.0, Some(1.0), 2.0)),
    ];
    units[0].features = vec!["derive".into()];
    let text = render(&analysis(build(units, &[])), &options(80));
    let rows: Vec<&str> =
        text.lines().filter(|line| line.contains("serde v1.0.228") && !line.contains("built")).collect();
    let second: Vec<bool> = rows.iter().map(|row| row.contains("serde v1.0.228 (2nd) ")).collect();
    // In the table by length, then by index; on the time line by start.
    assert_eq!(second, [true, false, false, true], "{text}");
}

#[test]
fn a_fresh_build_counts_what_was_fresh() {
    let mut build = recorded();
    for unit in &mut build.units[..4] {
        (unit.status, unit.timing, unit.cpu) = (Status::Fresh, None, None);
    }
    let text = render(&Analysis::of(workspace(&["app"]), build, Surroundings::default(), Vec::new()), &options(100));
    assert!(text.contains("1 unit in one session (1 dirty); 4 fresh\n"), "{text}");
}

#[test]
fn what_was_unfinished_is_counted() {
    let mut build = recorded();
    (build.units[4].timing, build.units[4].cpu) = (None, None);
    build.units[4].unfinished_since_s = Some(4.0);
    let text = render(&Analysis::of(workspace(&["app"]), build, Surroundings::default(), Vec::new()), &options(100));
    assert!(text.contains("4 units in one session; 1 unfinished\n"), "{text}");
}

proptest! {
    // Each case draws two pages of some dozen units.
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn no_line_is_wider_than_the_page(analysis in arbitrary_analysis(), width in 40_usize..=200, top in 0_usize..30, v in 0..3) {
        let verbosity = [Verbosity::Quiet, Verbosity::Normal, Verbosity::Verbose][usize::try_from(v).unwrap()];
        let options = TextOptions { verbosity, top, ..options(width) };
        let text = render(&analysis, &options);
        for line in text.lines() {
            prop_assert!(line.width() <= width, "{} > {width}: {line}", line.width());
            prop_assert_eq!(line.trim_end_matches(' '), line);
        }
        let styled = render(&analysis, &TextOptions { color: Color::Always, ..options });
        prop_assert_eq!(anstream_free(&styled), text);
    }
}

/// The text without its styles, which are of the form `ESC [ … m`.
fn anstream_free(styled: &str) -> String {
    let mut plain = String::new();
    let mut parts = styled.split('\u{1b}');
    plain.push_str(parts.next().unwrap());
    for part in parts {
        plain.push_str(part.split_once('m').unwrap().1);
    }
    plain
}

#[test]
fn what_the_cpu_time_is_of_is_said_where_the_units_are_a_small_part_of_the_command() {
    let mut build = recorded();
    build.command_span_s = Some((-0.3, 12.3));
    let line = |build: &Build| {
        let text = render(&analysis(build.clone()), &options(200));
        text.lines().find(|line| line.trim_start().starts_with("CPU ")).unwrap().trim().to_owned()
    };
    insta::assert_snapshot!(line(&build), @"CPU 7.30 s (6.40 s user, 0.90 s system) in the 12.6 s of the whole command; 0.6 processors busy on average");
    let run = |start_s, end_s| Execution {
        unit: None,
        program: "t".to_owned(),
        start_s,
        end_s,
        cpu: None,
        max_rss_bytes: None,
        exit_code: Some(0),
    };
    build.executions = vec![run(5.4, 7.4), run(7.4, 9.0)];
    insta::assert_snapshot!(line(&build), @"CPU 7.30 s (6.40 s user, 0.90 s system) in the 9.00 s of the whole command without the programs below; 0.8 processors busy on average");
    build.executions.push(run(9.0, 12.2));
    insta::assert_snapshot!(line(&build), @"CPU 7.30 s (6.40 s user, 0.90 s system); 1.3 processors busy on average");
}
