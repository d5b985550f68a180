//! The figures, each beside its budget.

use std::fmt;

/// All figures, in the order in which they were taken.
#[derive(Default)]
pub(crate) struct Table(Vec<Row>);

struct Row {
    what: String,
    figure: f64,
    unit: &'static str,
    budget: Option<f64>,
    note: String,
}

impl Table {
    /// A figure that has a budget: it should be no more than that.
    pub(crate) fn judge(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        unit: &'static str,
        budget: f64,
        note: impl Into<String>,
    ) {
        self.0.push(Row { what: what.into(), figure, unit, budget: Some(budget), note: note.into() });
    }

    /// A figure for which no budget is written down.
    pub(crate) fn tell(
        &mut self,
        what: impl Into<String>,
        figure: f64,
        unit: &'static str,
        note: impl Into<String>,
    ) {
        self.0.push(Row { what: what.into(), figure, unit, budget: None, note: note.into() });
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{:<58} {:>12} {:>10}        note", "what", "figure", "budget")?;
        for row in &self.0 {
            let Row { what, figure, unit, budget, note } = row;
            let figure = format!("{figure:.1} {unit}");
            let (budget, verdict) = match budget {
                Some(budget) => {
                    (format!("{budget:.0} {unit}"), if row.figure <= *budget { "kept" } else { "MISSED" })
                }
                None => (String::new(), ""),
            };
            writeln!(f, "{what:<58} {figure:>12} {budget:>10} {verdict:<6} {note}")?;
        }
        Ok(())
    }
}

/// The value below which a share of the values lies (0.5: the median).
pub(crate) fn quantile(values: &[f64], share: f64) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let last = sorted.len().checked_sub(1).expect("something was measured");
    sorted[(last as f64 * share).round() as usize]
}
