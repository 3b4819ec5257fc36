//! What builds compile, counted.

use std::collections::{BTreeMap, BTreeSet};

use super::{Build, Mode, PackageRef, Platform, Status, Target, Unit};

/// What a unit makes, whatever it makes it with.
type Made<'b> = (&'b PackageRef, &'b Target, Mode, &'b Platform);

/// How many units fewer `b` compiles or runs than `a`, if everything that it does is done in `a` as well: with the same
/// features, or more of them. `None` if it does anything else, or all the same.
///
/// Such a build has less to do, whether or not a stopwatch can tell.
pub fn fewer_units(a: &Build, b: &Build) -> Option<usize> {
    let (in_a, in_b) = (made(a), made(b));
    let is_in_a = |(unit, features): (&Made<'_>, &Vec<BTreeSet<&str>>)| {
        let others = in_a.get(unit).map_or(&[][..], Vec::as_slice);
        features.len() <= others.len() && features.iter().all(|own| others.iter().any(|other| own.is_subset(other)))
    };
    let count = |made: &BTreeMap<Made<'_>, Vec<BTreeSet<&str>>>| made.values().map(Vec::len).sum::<usize>();
    let is_part = in_b.iter().all(is_in_a);
    count(&in_a).checked_sub(count(&in_b)).filter(|fewer| is_part && *fewer > 0)
}

/// What is compiled or run, with the features of each.
fn made(build: &Build) -> BTreeMap<Made<'_>, Vec<BTreeSet<&str>>> {
    let mut made: BTreeMap<Made<'_>, Vec<BTreeSet<&str>>> = BTreeMap::new();
    for unit in build.units.iter().filter(|unit| unit.status != Status::Fresh) {
        let Unit { package, target, mode, platform, features, .. } = unit;
        let features = features.iter().map(String::as_str).collect();
        made.entry((package, target, *mode, platform)).or_default().push(features);
    }
    made
}

#[cfg(test)]
mod tests {
    use super::super::{Outputs, PackageSource, PhaseCpu, Source, TargetKind};
    use super::*;

    fn unit(name: &str, version: &str, features: &[&str]) -> Unit {
        Unit {
            hash: None,
            package: PackageRef {
                name: name.to_owned(),
                version: Some(version.to_owned()),
                source: PackageSource::Registry,
            },
            target: Target { kind: TargetKind::Lib, name: name.to_owned() },
            mode: Mode::Build,
            platform: Platform::Host,
            profile_dir: None,
            features: features.iter().map(|feature| (*feature).to_owned()).collect(),
            status: Status::New,
            timing: None,
            unfinished_since_s: None,
            cpu: None,
            phase_cpu: PhaseCpu::default(),
            max_rss_bytes: None,
            failed: None,
            outputs: Outputs::default(),
        }
    }

    fn build(units: &[(&str, &str, &[&str])]) -> Build {
        let units = units.iter().map(|(name, version, features)| unit(name, version, features)).collect();
        Build { units, ..Build::empty(Source::Capture) }
    }

    #[test]
    fn a_version_that_is_gone_is_a_unit_fewer() {
        let before = build(&[("syn", "1.0.0", &["full"]), ("syn", "2.0.0", &["full"]), ("app", "0.1.0", &[])]);
        let after = build(&[("syn", "2.0.0", &[]), ("app", "0.1.0", &[])]);
        assert_eq!(fewer_units(&before, &after), Some(1));
        assert_eq!(fewer_units(&after, &before), None);
        assert_eq!(fewer_units(&before, &before), None);
    }

    #[test]
    fn what_is_new_or_has_more_features_is_no_part_of_it() {
        let before = build(&[("syn", "1.0.0", &[]), ("syn", "2.0.0", &["derive"]), ("app", "0.1.0", &[])]);
        let other_version = build(&[("syn", "2.0.1", &["derive"]), ("app", "0.1.0", &[])]);
        let more_features = build(&[("syn", "2.0.0", &["derive", "full"]), ("app", "0.1.0", &[])]);
        assert_eq!(fewer_units(&before, &other_version), None);
        assert_eq!(fewer_units(&before, &more_features), None);
    }
}
