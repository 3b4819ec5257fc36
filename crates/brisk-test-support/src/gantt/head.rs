//! The head of a line: which unit it is.

use brisk::model::{Mode, PackageRef, PackageSource, Platform, Target, TargetKind, Unit};

const KINDS: [(&str, TargetKind); 8] = [
    ("lib", TargetKind::Lib),
    ("linked-lib", TargetKind::LinkedLib),
    ("proc-macro", TargetKind::ProcMacro),
    ("bin", TargetKind::Bin),
    ("example", TargetKind::Example),
    ("test", TargetKind::Test),
    ("bench", TargetKind::Bench),
    ("build-script", TargetKind::BuildScript),
];

const MODES: [(&str, Mode); 7] = [
    ("build", Mode::Build),
    ("check", Mode::Check),
    ("test", Mode::Test),
    ("check-test", Mode::CheckTest),
    ("doc", Mode::Doc),
    ("doctest", Mode::Doctest),
    ("run", Mode::RunBuildScript),
];

const SOURCES: [(&str, PackageSource); 5] = [
    ("member", PackageSource::Member),
    ("path", PackageSource::Path),
    ("registry", PackageSource::Registry),
    ("git", PackageSource::Git),
    ("unknown", PackageSource::Unknown),
];

/// What a head or a reference says of a unit; `None` where it says nothing.
#[derive(Debug, Default)]
pub(super) struct Head {
    name: String,
    version: Option<Option<String>>,
    source: Option<PackageSource>,
    target: Option<(Target, Mode)>,
    platform: Option<Platform>,
    features: Option<Vec<String>>,
}

impl Head {
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let (outside, parentheses) = split_parentheses(text)?;
        let mut words = outside.split_whitespace();
        let name = words.next().ok_or("there is no package name")?.to_owned();
        let mut head = Self { name, ..Self::default() };
        head.target = parentheses.map(|inside| parse_target(&head.name, inside)).transpose()?;
        for word in words {
            head.parse_word(word)?;
        }
        if let Some(features) = &mut head.features {
            features.sort();
        }
        Ok(head)
    }

    fn parse_word(&mut self, word: &str) -> Result<(), String> {
        if word == "v?" {
            self.version = Some(None);
        } else if let Some(version) = word.strip_prefix('v') {
            self.version = Some(Some(version.to_owned()));
        } else if word == "@host" {
            self.platform = Some(Platform::Host);
        } else if let Some(triple) = word.strip_prefix('@') {
            self.platform = Some(Platform::Triple(triple.to_owned()));
        } else if let Some(feature) = word.strip_prefix('+') {
            let features = self.features.get_or_insert_default();
            features.extend((!feature.is_empty()).then(|| feature.to_owned()));
        } else if let Some(source) = word.strip_prefix('[').and_then(|word| word.strip_suffix(']')) {
            let known = SOURCES.iter().find(|(name, _)| *name == source);
            self.source = Some(known.ok_or_else(|| format!("`{source}` is not a source"))?.1.clone());
        } else {
            return Err(format!("`{word}` is neither a version, a source, a platform nor a feature"));
        }
        Ok(())
    }

    /// The package of a unit with this head.
    pub(super) fn package(&self) -> PackageRef {
        let (version, source) = match &self.version {
            None => (Some("0.1.0".to_owned()), PackageSource::Member),
            Some(Some(version)) => (Some(version.clone()), PackageSource::Registry),
            Some(None) => (None, PackageSource::Unknown),
        };
        PackageRef { name: self.name.clone(), version, source: self.source.clone().unwrap_or(source) }
    }

    /// The target and mode of a unit with this head.
    pub(super) fn target(&self) -> (Target, Mode) {
        self.target.clone().unwrap_or_else(|| (default_target(&self.name, TargetKind::Lib), Mode::Build))
    }

    pub(super) fn platform(&self) -> Platform {
        self.platform.clone().unwrap_or(Platform::Host)
    }

    pub(super) fn features(&self) -> Vec<String> {
        self.features.clone().unwrap_or_default()
    }

    /// Whether a reference with this text may mean `unit`.
    pub(super) fn matches(&self, unit: &Unit) -> bool {
        let target = match &self.target {
            Some((target, mode)) => *target == unit.target && *mode == unit.mode,
            None => is_library(unit),
        };
        target
            && self.name == unit.package.name
            && self.version.as_ref().is_none_or(|version| *version == unit.package.version)
            && self.source.as_ref().is_none_or(|source| *source == unit.package.source)
            && self.platform.as_ref().is_none_or(|platform| *platform == unit.platform)
            && self.features.as_ref().is_none_or(|features| *features == unit.features)
    }
}

/// Whether a reference without `(…)` may mean it.
fn is_library(unit: &Unit) -> bool {
    matches!(unit.target.kind, TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro)
        && matches!(unit.mode, Mode::Build | Mode::Check)
}

fn split_parentheses(text: &str) -> Result<(String, Option<&str>), String> {
    let Some((before, rest)) = text.split_once('(') else { return Ok((text.to_owned(), None)) };
    let (inside, after) = rest.split_once(')').ok_or("`(` without `)`")?;
    Ok((format!("{before} {after}"), Some(inside)))
}

fn parse_target(package: &str, inside: &str) -> Result<(Target, Mode), String> {
    let mut words: Vec<&str> = inside.split_whitespace().collect();
    let kind_word = if words.is_empty() { "" } else { words.remove(0) };
    let kind = KINDS.iter().find(|(word, _)| *word == kind_word).map(|(_, kind)| *kind);
    let kind = kind.ok_or_else(|| format!("`{kind_word}` is not a kind of target"))?;
    let mode = words.last().and_then(|last| MODES.iter().find(|(word, _)| word == last)).map(|(_, mode)| *mode);
    if mode.is_some() {
        words.pop();
    }
    let mut target = default_target(package, kind);
    match words.as_slice() {
        [] => {}
        [name] => target.name = (*name).to_owned(),
        [_, more, ..] => return Err(format!("`{more}` is not a mode")),
    }
    Ok((target, mode.unwrap_or_else(|| default_mode(kind))))
}

/// The name Cargo gives to a target of this kind when the manifest says none.
fn default_target(package: &str, kind: TargetKind) -> Target {
    let name = match kind {
        TargetKind::Lib | TargetKind::LinkedLib | TargetKind::ProcMacro => package.replace('-', "_"),
        TargetKind::BuildScript => "build-script-build".to_owned(),
        TargetKind::Bin | TargetKind::Example | TargetKind::Test | TargetKind::Bench => package.to_owned(),
    };
    Target { kind, name }
}

fn default_mode(kind: TargetKind) -> Mode {
    if matches!(kind, TargetKind::Test | TargetKind::Bench) { Mode::Test } else { Mode::Build }
}

/// The head of `unit`'s line.
pub(super) fn text(unit: &Unit) -> String {
    let Target { kind, name } = &unit.target;
    let plain = *kind == TargetKind::Lib && *name == default_target(&unit.package.name, *kind).name;
    let target = if plain && unit.mode == Mode::Build { String::new() } else { target_text(unit) };
    let platform = if unit.platform == Platform::Host { String::new() } else { platform_text(unit) };
    let features = if unit.features.is_empty() { String::new() } else { features_text(unit) };
    format!("{}{target}{platform}{features}", package_text(&unit.package))
}

/// Texts that may refer to `unit`, from the shortest to one that says everything.
pub(super) fn references(unit: &Unit) -> [String; 4] {
    let name = &unit.package.name;
    let (package, target) = (package_text(&unit.package), target_text(unit));
    let whole = format!("{package}{target}{}{}", platform_text(unit), features_text(unit));
    let short = if is_library(unit) { package.clone() } else { format!("{name}{target}") };
    [if is_library(unit) { name.clone() } else { short.clone() }, short, format!("{package}{target}"), whole]
}

fn package_text(package: &PackageRef) -> String {
    let name = &package.name;
    match (&package.version, &package.source) {
        (Some(version), PackageSource::Member) if version == "0.1.0" => name.clone(),
        (Some(version), PackageSource::Registry) => format!("{name} v{version}"),
        (None, PackageSource::Unknown) => format!("{name} v?"),
        (version, source) => {
            let (word, _) = SOURCES.iter().find(|(_, known)| known == source).expect("the table has every source");
            format!("{name} v{} [{word}]", version.as_deref().unwrap_or("?"))
        }
    }
}

fn target_text(unit: &Unit) -> String {
    let Target { kind, name } = &unit.target;
    let default = default_target(&unit.package.name, *kind);
    let mode = (unit.mode != default_mode(*kind)).then_some(unit.mode);
    let (kind, _) = KINDS.iter().find(|(_, known)| known == kind).expect("the table has every kind");
    let name = if *name == default.name { String::new() } else { format!(" {name}") };
    let mode = mode.map_or(String::new(), |mode| format!(" {}", mode_word(mode)));
    format!(" ({kind}{name}{mode})")
}

fn mode_word(mode: Mode) -> &'static str {
    MODES.iter().find(|(_, known)| *known == mode).map(|(word, _)| *word).expect("the table has every mode")
}

fn platform_text(unit: &Unit) -> String {
    match &unit.platform {
        Platform::Host => " @host".to_owned(),
        Platform::Triple(triple) => format!(" @{triple}"),
    }
}

fn features_text(unit: &Unit) -> String {
    if unit.features.is_empty() {
        return " +".to_owned();
    }
    unit.features.iter().map(|feature| format!(" +{feature}")).collect()
}
