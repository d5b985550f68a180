//! What frames cost, read from a trace.
//!
//! In processor time of the page's thread, so that what else the machine does is not in it; on an idle machine
//! that is the time by the clock.

use serde_json::Value;

/// The name of the mark in the trace from which on frames count.
pub(crate) const BEGIN: &str = "sentinel-lab-measure";

/// What some frames cost, in milliseconds each.
#[derive(Default)]
pub(crate) struct Frames {
    /// Script: the frame's callbacks, and the effects that they leave to microtasks.
    pub(crate) script: Vec<f64>,
    /// The same by the clock on the wall.
    pub(crate) script_wall: Vec<f64>,
    /// Style and layout, as far as no script forced them.
    pub(crate) layout: Vec<f64>,
    /// Preparing the paint, and recording it.
    pub(crate) paint: Vec<f64>,
    /// From each frame to the next, by the clock.
    pub(crate) apart: Vec<f64>,
}

struct Event<'a> {
    name: &'a str,
    at: f64,
    wall_ms: f64,
    cpu_ms: f64,
}

impl Frames {
    /// The frames in a trace after the mark; the first and the last, which may not be whole, are left out.
    pub(crate) fn of(trace: &[Value]) -> Self {
        let is_frame = |event: &Value| event["name"] == "FireAnimationFrame";
        let page = trace.iter().find(|event| is_frame(event)).map(|event| event["tid"].clone());
        let ms = |event: &Value, field: &str| event[field].as_f64().map(|us| us / 1000.0);
        let begin = trace.iter().find(|event| event["name"] == BEGIN).and_then(|event| ms(event, "ts"));
        let mut events: Vec<Event<'_>> = trace
            .iter()
            .filter(|event| event["ph"] == "X" && Some(&event["tid"]) == page.as_ref())
            .filter_map(|event| {
                Some(Event {
                    name: event["name"].as_str()?,
                    at: ms(event, "ts")?,
                    wall_ms: ms(event, "dur")?,
                    cpu_ms: ms(event, "tdur")?,
                })
            })
            .filter(|event| begin.is_some_and(|begin| event.at > begin))
            .collect();
        events.sort_by(|a, b| a.at.total_cmp(&b.at));

        let mut frames = Self::default();
        let (mut last, mut until, mut is_open) = (None, f64::MIN, false);
        for event in events {
            // What lies within another event is in that one's time.
            if event.at < until {
                continue;
            }
            let into = match event.name {
                "FireAnimationFrame" => {
                    // A page may ask for several calls in a frame, which ends as its layers are handed over.
                    if !std::mem::replace(&mut is_open, true) {
                        frames.apart.extend(last.replace(event.at).map(|last| event.at - last));
                        let Self { script, script_wall, layout, paint, apart: _ } = &mut frames;
                        for list in [script, script_wall, layout, paint] {
                            list.push(0.0);
                        }
                    }
                    if let Some(frame) = frames.script_wall.last_mut() {
                        *frame += event.wall_ms;
                    }
                    &mut frames.script
                }
                "TimerFire" | "EventDispatch" | "FunctionCall" => &mut frames.script,
                "UpdateLayoutTree" | "Layout" => &mut frames.layout,
                "PrePaint" | "Paint" | "Layerize" => {
                    is_open &= event.name != "Layerize";
                    &mut frames.paint
                }
                _ => continue,
            };
            until = event.at + event.wall_ms;
            if let Some(frame) = into.last_mut() {
                *frame += event.cpu_ms;
            }
        }
        let Self { script, script_wall, layout, paint, apart: _ } = &mut frames;
        for list in [script, script_wall, layout, paint] {
            list.pop();
            list.drain(..list.len().min(1));
        }
        frames
    }
}
