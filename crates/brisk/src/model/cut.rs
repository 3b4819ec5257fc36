//! Edges that a change takes out of the unit graph, and what is no longer built then.

use std::collections::BTreeMap;

use super::{Edge, Graph, UnitIdx};

/// One edge of the unit graph that a cure would take away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cut {
    /// The unit that would no longer need the other.
    pub dependent: UnitIdx,
    /// The unit that it needs now.
    pub dependency: UnitIdx,
    /// The unit that it would need instead, where it would need another one.
    pub instead: Option<UnitIdx>,
}

impl Cut {
    /// All edges that lead to `unit`.
    pub fn all_to(graph: &Graph, unit: UnitIdx, instead: Option<UnitIdx>) -> Vec<Self> {
        let dependents = graph.dependents(unit).iter();
        dependents.map(|&dependent| Self { dependent, dependency: unit, instead }).collect()
    }
}

/// What becomes of the edges that cuts take away, by dependent and dependency.
type Replaced = BTreeMap<(UnitIdx, UnitIdx), Option<UnitIdx>>;

impl Graph {
    /// The units that would no longer be built if all of these edges were gone: those that are needed now by a unit
    /// that is asked for, and then no more. Ascending.
    pub fn vanishing(&self, cuts: &[Cut]) -> Vec<UnitIdx> {
        let (now, then) = (self.built(&Replaced::new()), self.built(&replaced(cuts)));
        self.indices().filter(|idx| now[idx.index()] && !then[idx.index()]).collect()
    }

    /// The units that are built for those that are asked for, or that nobody needs, as a mask.
    fn built(&self, replaced: &Replaced) -> Vec<bool> {
        let mut stack: Vec<UnitIdx> = self.indices().filter(|idx| self.is_root(*idx)).collect();
        let mut reached = vec![false; self.n_units()];
        while let Some(unit) = stack.pop() {
            if std::mem::replace(&mut reached[unit.index()], true) {
                continue;
            }
            for &dependency in self.dependencies(unit) {
                match replaced.get(&(unit, dependency)) {
                    None => stack.push(dependency),
                    Some(instead) => stack.extend(*instead),
                }
            }
        }
        reached
    }
}

/// Cuts, ready to be looked up.
#[derive(Clone, Debug, Default)]
pub struct Replacements(Replaced);

impl Replacements {
    /// Of these cuts.
    pub fn of(cuts: &[Cut]) -> Self {
        Self(replaced(cuts))
    }

    /// What `edge` leads to instead, or that it leads nowhere; `None` if it stays.
    pub fn instead_of(&self, edge: Edge) -> Option<Option<UnitIdx>> {
        self.0.get(&(edge.dependent, edge.dependency)).copied()
    }
}

fn replaced(cuts: &[Cut]) -> Replaced {
    let mut replaced = Replaced::new();
    for cut in cuts {
        // What one cure replaces and another one removes is removed.
        let instead = replaced.entry((cut.dependent, cut.dependency)).or_insert(cut.instead);
        *instead = instead.filter(|_| cut.instead.is_some());
    }
    replaced
}
