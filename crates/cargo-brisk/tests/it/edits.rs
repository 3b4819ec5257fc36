//! What edits cost, and how often they happen, as Git tells.

use serde_json::Value;

use crate::bench::{Bench, files};

/// Runs Git in the workspace, as somebody without a configuration.
fn edit_cost<'a>(diagnosis: &'a Value, package: &str) -> &'a Value {
    let costs = diagnosis["edit_costs"].as_array().expect("a list");
    costs.iter().find(|cost| cost["package"] == package).expect("it is a member")
}

#[test]
fn edits_of_a_member_are_counted_and_priced_with_all_that_depend_on_it() {
    let bench = Bench::built_toy();
    let unknown = bench.json(&[]);
    assert_eq!(edit_cost(&unknown, "b")["commits"], Value::Null, "there is no repository");

    bench.git(&["init", "-q"]);
    fs_err::write(bench.root().join(".gitignore"), "target\n").expect("it can be written");
    for text in ["// one\n", "// two\n", "// three\n"] {
        fs_err::write(bench.root().join("b/src/remark.rs"), text).expect("it can be written");
        bench.git(&["add", "."]);
        bench.git(&["commit", "-q", "-m", "a remark"]);
    }
    let before = files(bench.root());
    let diagnosis = bench.json(&[]);
    assert_eq!(files(bench.root()), before);
    let b = edit_cost(&diagnosis, "b");
    assert_eq!(b["commits"], 2, "the first commit is no edit");
    assert_eq!(edit_cost(&diagnosis, "app")["commits"], 0);
    assert_eq!(b["packages"].as_array().map(Vec::len), Some(3), "{b}");
    assert!(b["unit_s"].as_f64() > b["own_s"].as_f64() && b["lower_bound_s"].is_f64(), "{b}");
}
