//! Style sheet and scripts of the page, put together from the files in `assets/`.

/// Chooses between light and dark; runs before anything is painted.
pub(super) const THEME: &str = concat!("\"use strict\";\n", include_str!("../../assets/js/theme.js"));

/// All of the style sheet.
pub(super) const STYLE: &str = concat!(
    include_str!("../../assets/css/base.css"),
    include_str!("../../assets/css/layout.css"),
    include_str!("../../assets/css/parts.css"),
    include_str!("../../assets/css/views.css"),
    include_str!("../../assets/css/cures.css"),
    include_str!("../../assets/css/pictures.css"),
    include_str!("../../assets/css/print.css"),
);

/// The scripts in one function of their own. Each file uses only what stands before it; the views register themselves, in
/// the order of the page, and the last file draws them.
pub(super) const SCRIPT: &str = concat!(
    "(() => {\n\"use strict\";\n",
    include_str!("../../assets/js/dom.js"),
    include_str!("../../assets/js/format.js"),
    include_str!("../../assets/js/model.js"),
    include_str!("../../assets/js/words.js"),
    include_str!("../../assets/js/table.js"),
    include_str!("../../assets/js/axis.js"),
    include_str!("../../assets/js/gantt_paint.js"),
    include_str!("../../assets/js/gantt_input.js"),
    include_str!("../../assets/js/gantt.js"),
    include_str!("../../assets/js/unit_details.js"),
    include_str!("../../assets/js/views_summary.js"),
    include_str!("../../assets/js/views_waterfall.js"),
    include_str!("../../assets/js/views_pipeline.js"),
    include_str!("../../assets/js/views_graph.js"),
    include_str!("../../assets/js/views_findings.js"),
    include_str!("../../assets/js/switches.js"),
    include_str!("../../assets/js/views_what_if.js"),
    include_str!("../../assets/js/views_disk.js"),
    include_str!("../../assets/js/views_matrix.js"),
    include_str!("../../assets/js/views_edits.js"),
    include_str!("../../assets/js/views_trend.js"),
    include_str!("../../assets/js/views_payback.js"),
    include_str!("../../assets/js/views_problems.js"),
    include_str!("../../assets/js/main.js"),
    "})();\n",
);
