//! Conflicts of a merge that nobody has resolved, in files that do not parse because of them: where they are, and what the
//! file says without them.

/// The beginnings of the lines that git writes around the sides of a conflict (`git help merge`, "How conflicts are
/// presented"; `|||||||` with `merge.conflictStyle=diff3`). The line between the sides is `=======` alone.
const MARKERS: [&str; 3] = ["<<<<<<<", "|||||||", ">>>>>>>"];

/// The first line, from 1, that is the marker of a conflict. Ask only where the text does not parse: a string that is
/// longer than a line may hold anything.
pub fn first_marker(text: &str) -> Option<usize> {
    text.lines().position(is_marker).map(|position| position + 1)
}

/// The text with the side of the current branch in place of every conflict. What is left out leaves an empty line, so that
/// all lines keep their numbers.
pub fn our_side(text: &str) -> String {
    let mut ours = String::with_capacity(text.len());
    let mut skips = false;
    for line in text.split_inclusive('\n') {
        let shown = line.trim_end_matches(['\r', '\n']);
        if is_marker(shown) {
            // Between `|||||||` or `=======` and `>>>>>>>` stands what was there before, and the other side.
            skips = !shown.starts_with(['<', '>']);
            ours.push_str(&line[shown.len()..]);
        } else if skips {
            ours.push_str(&line[shown.len()..]);
        } else {
            ours.push_str(line);
        }
    }
    ours
}

fn is_marker(line: &str) -> bool {
    let begins =
        |marker: &&str| line.strip_prefix(*marker).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '));
    line == "=======" || MARKERS.iter().any(begins)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_marker_is_found_in_files_with_any_line_ends() {
        assert_eq!(first_marker("a = 1\n<<<<<<< HEAD\nb = 1\n=======\nb = 2\n>>>>>>> other\n"), Some(2));
        assert_eq!(first_marker("a = 1\r\n=======\r\n"), Some(2));
        assert_eq!(first_marker("<<<<<<<"), Some(1));
    }

    #[test]
    fn our_side_has_no_marker_and_nothing_of_the_other_sides() {
        let text = "a\r\n<<<<<<< HEAD\nours\n||||||| base\nbefore\n=======\ntheirs\n>>>>>>> other\nb\n";
        assert_eq!(our_side(text), "a\r\n\nours\n\n\n\n\n\nb\n");
        assert_eq!(our_side(text).len(), our_side(&our_side(text)).len());
        assert_eq!(our_side("a\n=======\nthe end is missing"), "a\n\n");
    }

    #[test]
    fn other_lines_are_no_markers() {
        for line in ["", "# ======= #", "========", "  <<<<<<< HEAD", "<<<<<<<HEAD", "a = 1"] {
            assert_eq!(first_marker(line), None, "{line}");
        }
    }
}
