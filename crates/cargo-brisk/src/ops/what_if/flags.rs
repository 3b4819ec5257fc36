//! Which flags of rustc a setting of a profile becomes.

use brisk::model::{DebugInfo, Lto, ManifestEdit, ProfileEdit, ProfilePart, ProfileValue, Strip};
use brisk::simulate::what_if::{ProfileSetting, Scope};

use crate::capture::replay::{Edit, Incremental};
use crate::error::{Error, Result};

/// The settings that can be predicted.
const KEYS: [&str; 9] = [
    "codegen-units",
    "debug",
    "debug-assertions",
    "incremental",
    "lto",
    "opt-level",
    "overflow-checks",
    "panic",
    "split-debuginfo",
];

/// What rustc is told.
pub(super) fn edit_of(setting: &ProfileSetting) -> Result<Edit> {
    let value = setting.value.as_str();
    let wrong = |wanted: &str| Error::usage(format!("`{}` of `{setting}` is not {wanted}", setting.value));
    Ok(match setting.key.as_str() {
        "codegen-units" => {
            let n = value.parse().ok().filter(|n| *n > 0);
            Edit::CodegenUnits(n.ok_or_else(|| wrong("a number from 1"))?)
        }
        "opt-level" => match value {
            "0" | "1" | "2" | "3" | "s" | "z" => Edit::OptLevel(value.to_owned()),
            _ => return Err(wrong("one of `0`, `1`, `2`, `3`, `s`, `z`")),
        },
        "debug" => Edit::Debug(match value {
            "0" | "false" | "none" => DebugInfo::None,
            "line-directives-only" => DebugInfo::LineDirectives,
            "line-tables-only" => DebugInfo::LineTables,
            "1" | "limited" => DebugInfo::Limited,
            "2" | "true" | "full" => DebugInfo::Full,
            _ => return Err(wrong("`false`, `line-tables-only`, `limited` or `full`")),
        }),
        "lto" => Edit::Lto(match value {
            "off" => Lto::Off,
            "false" => Lto::Local,
            "thin" => Lto::Thin,
            "true" | "fat" => Lto::Fat,
            _ => return Err(wrong("`off`, `false`, `thin` or `fat`")),
        }),
        "strip" => Edit::Strip(match value {
            "false" | "none" => Strip::Nothing,
            "debuginfo" => Strip::DebugInfo,
            "true" | "symbols" => Strip::Symbols,
            _ => return Err(wrong("`none`, `debuginfo` or `symbols`")),
        }),
        "panic" => match value {
            "unwind" | "abort" => Edit::Panic(value.to_owned()),
            _ => return Err(wrong("`unwind` or `abort`")),
        },
        "split-debuginfo" => match value {
            "off" | "packed" | "unpacked" => Edit::SplitDebuginfo(value.to_owned()),
            _ => return Err(wrong("`off`, `packed` or `unpacked`")),
        },
        "incremental" => Edit::Incremental(match flag(value) {
            Some(true) => Incremental::On,
            Some(false) => Incremental::Off,
            None => return Err(wrong("`true` or `false`")),
        }),
        "debug-assertions" | "overflow-checks" => match flag(value) {
            Some(on) => {
                let word = if on { "on" } else { "off" };
                Edit::Rustflags(vec!["-C".to_owned(), format!("{}={word}", setting.key)])
            }
            None => return Err(wrong("`true` or `false`")),
        },
        other => {
            let near = KEYS.iter().max_by(|a, b| strsim::jaro(other, a).total_cmp(&strsim::jaro(other, b)));
            let near = near.map(|near| format!("; did you mean `{near}`?")).unwrap_or_default();
            return Err(Error::usage(format!("`{other}` of `{setting}` is no setting that can be predicted{near}"))
                .hint(format!("these can: {}, strip", KEYS.join(", "))));
        }
    })
}

fn flag(value: &str) -> Option<bool> {
    value.parse().ok()
}

/// The same as Cargo would be told it.
pub(super) fn manifest_edit(setting: &ProfileSetting) -> ManifestEdit {
    let value = setting.value.as_str();
    let number = value.parse().ok().map(ProfileValue::Number);
    let flag = flag(value).map(ProfileValue::Flag);
    let part = match &setting.scope {
        Scope::All => ProfilePart::Whole,
        Scope::Dependencies => ProfilePart::Package("*".to_owned()),
        Scope::Package(package) => ProfilePart::Package(package.to_string()),
        Scope::BuildOverride => ProfilePart::BuildOverride,
    };
    ManifestEdit::Profile(ProfileEdit {
        profile: setting.profile.clone(),
        part,
        key: setting.key.clone(),
        value: number.or(flag).unwrap_or_else(|| ProfileValue::Text(value.to_owned())),
    })
}
