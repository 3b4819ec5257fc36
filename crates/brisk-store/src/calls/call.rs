//! One call of rustc.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::recording::Hash;

/// A call of rustc that succeeded.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RustcCall {
    /// The unit that it was for.
    pub unit: Hash,
    /// The command line: what was run, and its arguments; files of arguments are read. A driver, as Clippy's, stands before
    /// the path of rustc.
    pub command: Vec<String>,
    /// The working directory.
    pub cwd: String,
    /// The environment, as far as it differed from that in which Cargo was started: variables that were set or changed, and
    /// without a value those that were removed.
    pub environment: BTreeMap<String, Option<String>>,
}

impl RustcCall {
    /// What was run, and the arguments of it: those before the first option name the program, as in `clippy-driver rustc`.
    pub fn program(&self) -> &[String] {
        let n_words = self.command.iter().skip(1).take_while(|word| !word.starts_with('-')).count() + 1;
        &self.command[..n_words.min(self.command.len())]
    }

    /// The arguments after [`RustcCall::program`].
    pub fn args(&self) -> &[String] {
        &self.command[self.program().len()..]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_driver_belongs_to_the_program() {
        let call = |line: &str| RustcCall {
            unit: "0123456789abcdef".parse().map(Hash).unwrap(),
            command: line.split_whitespace().map(str::to_owned).collect(),
            cwd: "/".to_owned(),
            environment: BTreeMap::new(),
        };
        let with_driver = call("clippy-driver /bin/rustc --crate-name a src/lib.rs");
        assert_eq!(with_driver.program(), ["clippy-driver", "/bin/rustc"]);
        assert_eq!(with_driver.args(), ["--crate-name", "a", "src/lib.rs"]);
        assert_eq!(call("rustc --crate-name a").program(), ["rustc"]);
        assert_eq!((call("").program().len(), call("").args().len()), (0, 0));
    }
}
