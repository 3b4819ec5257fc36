//! `cargo brisk what-if`

use std::time::Duration;

use brisk::outlook::Outlook;
use brisk::simulate::what_if::{BadHypothesis, DependencySpec, Hypothesis, PackageSpec, ProfileSetting};
use clap::Args;

use super::duration::duration;
use super::findings::FindingArgs;
use super::global::GlobalArgs;
use super::show;
use crate::console::Console;
use crate::error::{Error, Result};
use crate::exit_code::ExitCode;
use crate::ops::{self, Seen, WhatIfOptions};

/// Most processors that anything is predicted for: the simulation takes time in proportion.
const MOST_JOBS: i64 = 1024;

/// Predict what a change is worth before anyone makes it
///
/// From a recorded build. Without a change: the cure of each finding, all of them on top of each other, and the packages
/// that would be worth most. Several changes are predicted together and one by one. `--profile PROFILE.KEY=VALUE`
/// (`release.codegen-units=16`, `dev.package."*".debug=0`) changes a setting of a profile.
#[derive(Debug, Args)]
pub(crate) struct WhatIfArgs {
    /// No member depends on the package, or this one does not
    #[arg(long, value_name = "[MEMBER:]PACKAGE", help_heading = "Changes")]
    remove: Vec<String>,
    /// The dependency is optional, and off by default
    #[arg(long, value_name = "[MEMBER:]PACKAGE", help_heading = "Changes")]
    optional: Vec<String>,
    /// Members ask for another version, `statrs=0.18`; what it needs must have been downloaded
    #[arg(long, value_name = "PACKAGE=VERSION", help_heading = "Changes")]
    require: Vec<String>,
    /// One version of the package serves everybody: the newest that is built, or the one that is named
    #[arg(long, value_name = "PACKAGE[@VERSION]", help_heading = "Changes")]
    unify: Vec<String>,
    /// Who asks for broad features of the package asks for these only
    #[arg(long, value_name = "[MEMBER:]PACKAGE=FEATURE,…", help_heading = "Changes")]
    features: Vec<String>,
    /// The first package does not need the second one
    #[arg(long, value_name = "PACKAGE->PACKAGE", help_heading = "Changes")]
    cut: Vec<String>,
    /// The package is so many crates of equal work
    #[arg(long, value_name = "PACKAGE=PARTS", help_heading = "Changes")]
    split: Vec<String>,
    /// The package takes no time
    #[arg(long, value_name = "PACKAGE", help_heading = "Changes")]
    free: Vec<String>,
    /// This linker links (`mold`, `lld`, `bfd`)
    #[arg(long, value_name = "NAME", help_heading = "Changes")]
    linker: Option<String>,
    /// So many jobs, on a machine with at least as many processors
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST_JOBS), help_heading = "Changes")]
    jobs: Option<u32>,
    /// A machine with so many processors, and at least as many jobs
    #[arg(long, alias = "cores", value_name = "N", value_parser = clap::value_parser!(u32).range(1..=MOST_JOBS), help_heading = "Changes")]
    processors: Option<u32>,
    /// A compiler cache has this share of what it is asked for (`0.9`, `90%`)
    #[arg(long, value_name = "SHARE", help_heading = "Changes")]
    cache_hit: Option<String>,
    /// Everything but members is built already, as by a layer of dependencies in an image
    #[arg(long, help_heading = "Changes")]
    warm_dependencies: bool,
    /// Only what an edit of the member has built again is built
    #[arg(long, value_name = "MEMBER", help_heading = "Changes")]
    touch: Vec<String>,
    /// Wall time that may be spent on compiling a sample again, where flags or features change (`60s`, `5m`); `0` spends none
    #[arg(long, value_name = "TIME", default_value = "60s", value_parser = duration)]
    budget: Duration,
    /// Predict from this recorded build: its id or the beginning of it
    #[arg(long, value_name = "RUN")]
    run: Option<String>,
}

impl WhatIfArgs {
    pub(super) fn run(self, global: &GlobalArgs, console: Console) -> Result<ExitCode> {
        let workspace = global.workspace_options()?;
        let config = ops::config(&workspace)?;
        let options = WhatIfOptions {
            hypotheses: self.hypotheses(global).map_err(|error| Error::usage(error.to_string()))?,
            policy: FindingArgs::default().policy(&config),
            thresholds: config.thresholds.clone(),
            profile: global.profile_name().map(str::to_owned),
            run: self.run,
            budget: self.budget,
            workspace,
        };
        let outlook = predicted(&options, console)?;
        show::outlook(&outlook, global, console)
    }

    /// What is asked for, in the order of the help.
    fn hypotheses(&self, global: &GlobalArgs) -> std::result::Result<Vec<Hypothesis>, BadHypothesis> {
        let packages = |texts: &[String], make: fn(PackageSpec) -> Hypothesis| {
            texts.iter().map(|text| make(PackageSpec::parse(text))).collect::<Vec<Hypothesis>>()
        };
        let read = |texts: &[String], read: fn(&str) -> std::result::Result<Hypothesis, BadHypothesis>| {
            texts.iter().map(|text| read(text)).collect::<std::result::Result<Vec<Hypothesis>, BadHypothesis>>()
        };
        let settings = global.profile_settings().into_iter().map(ProfileSetting::parse);
        let settings: Vec<ProfileSetting> = settings.collect::<std::result::Result<_, _>>()?;
        let dependencies = |texts: &[String], make: fn(DependencySpec) -> Hypothesis| {
            texts.iter().map(|text| make(DependencySpec::parse(text))).collect::<Vec<Hypothesis>>()
        };
        let mut all = dependencies(&self.remove, Hypothesis::Remove);
        all.extend(dependencies(&self.optional, Hypothesis::Optional));
        all.extend(read(&self.require, Hypothesis::require)?);
        all.extend(packages(&self.unify, Hypothesis::Unify));
        all.extend(read(&self.features, Hypothesis::features)?);
        all.extend(read(&self.cut, Hypothesis::cut)?);
        all.extend(read(&self.split, Hypothesis::split)?);
        all.extend(packages(&self.free, Hypothesis::Free));
        all.extend(settings.into_iter().map(Hypothesis::Profile));
        all.extend(self.linker.clone().map(Hypothesis::Linker));
        all.extend(self.cache_hit.as_deref().map(Hypothesis::cache_hit).transpose()?);
        all.extend(self.warm_dependencies.then_some(Hypothesis::WarmDependencies));
        all.extend(packages(&self.touch, Hypothesis::Touch));
        all.extend(self.jobs.map(Hypothesis::Jobs));
        all.extend(self.processors.map(Hypothesis::Processors));
        // The same said twice is said once.
        let mut once: Vec<Hypothesis> = Vec::with_capacity(all.len());
        for hypothesis in all {
            if !once.contains(&hypothesis) {
                once.push(hypothesis);
            }
        }
        Ok(once)
    }
}

fn predicted(options: &WhatIfOptions, console: Console) -> Result<Outlook> {
    let scanning = console.progress("Scanning", "files");
    let replaying = console.progress("Compiling", "units of a sample again");
    let outlook = ops::what_if(options, &|seen| match seen {
        Seen::Files(n_files) => scanning.at(n_files),
        Seen::Replayed { done, .. } => replaying.at(done as u64),
        Seen::Units(_) => {}
    });
    scanning.finish();
    replaying.finish();
    outlook
}
