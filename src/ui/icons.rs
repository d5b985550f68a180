//! A dozen icons: stroked paths on a 20 x 20 field.

use crate::ui::plain::view;
use leptos::prelude::*;

pub(crate) const SELECT: &str = "M5 3L15 10L10.5 11L8.5 16Z";
pub(crate) const CUT: &str = "M3 10H7M13 10H17M8 6L8 14M12 6L12 14";
pub(crate) const DELAY: &str = "M10 3A7 7 0 1 0 10 17A7 7 0 1 0 10 3M10 6V10L13 12";
pub(crate) const LOSE: &str = "M3 10H6M8.5 10H9.5M12 10H12.5M15 7L18 13M18 7L15 13";
pub(crate) const KILL: &str = "M5 5L15 15M15 5L5 15";
pub(crate) const FREEZE: &str =
    "M10 3V17M4 6.5L16 13.5M4 13.5L16 6.5M8 3.5L10 5.5L12 3.5M8 16.5L10 14.5L12 16.5";
pub(crate) const ISOLATE: &str =
    "M10 7A3 3 0 1 0 10 13A3 3 0 1 0 10 7M3 4L5 6M17 4L15 6M3 16L5 14M17 16L15 14";
pub(crate) const ADD_REPLICA: &str = "M3 6H12V15H3ZM15 3V9M12 6H18";
pub(crate) const ADD_SENTINEL: &str = "M8 6.5A5 5 0 1 0 8 16.5A5 5 0 1 0 8 6.5M15 2V8M12 5H18";
pub(crate) const MEND: &str = "M3 10H17M6 6V14M14 6V14";
pub(crate) const PLAY: &str = "M6 4L16 10L6 16Z";
pub(crate) const PAUSE: &str = "M7 4V16M13 4V16";
pub(crate) const STEP_PACKET: &str = "M3 10H11M8 6L12 10L8 14M16 5V15";
pub(crate) const STEP_EVENT: &str = "M4 5L10 10L4 15ZM14 5V15";
pub(crate) const STEP_NOTABLE: &str = "M3 5L9 10L3 15ZM9 5L15 10L9 15ZM17.5 5V15";
pub(crate) const BACK_PACKET: &str = "M17 10H9M12 6L8 10L12 14M4 5V15";
pub(crate) const BACK_EVENT: &str = "M16 5L10 10L16 15ZM6 5V15";
pub(crate) const BACK_NOTABLE: &str = "M17 5L11 10L17 15ZM11 5L5 10L11 15ZM2.5 5V15";
pub(crate) const TO_START: &str = "M16 4L7 10L16 16ZM4 4V16";
pub(crate) const TO_END: &str = "M4 4L13 10L4 16ZM16 4V16";
pub(crate) const OPEN: &str = "M3 15V5H8L10 7H17V15ZM3 9H17";
pub(crate) const RESTART: &str = "M15.5 7A6.5 6.5 0 1 0 16.5 11M16 3V7H12";
pub(crate) const DICE: &str =
    "M4 4H16V16H4ZM7.5 7.5V7.6M12.5 7.5V7.6M10 10V10.1M7.5 12.5V12.6M12.5 12.5V12.6";
pub(crate) const THEME: &str = "M10 3A7 7 0 1 0 10 17ZM10 3A7 7 0 1 1 10 17";
pub(crate) const COPY: &str = "M7 7H16V17H7ZM13 7V3H4V13H7";
pub(crate) const SHARE: &str = "M7.5 9L12.5 6M7.5 11L12.5 14M5 8A2 2 0 1 0 5 12A2 2 0 1 0 5 8M15 3A2 2 0 1 0 15 7A2 2 0 1 0 15 3M15 13A2 2 0 1 0 15 17A2 2 0 1 0 15 13";
pub(crate) const BOOK: &str =
    "M10 5V16M10 5C8 3.5 5 3.5 3 4V15C5 14.5 8 14.5 10 16C12 14.5 15 14.5 17 15V4C15 3.5 12 3.5 10 5";
pub(crate) const COMPARE: &str = "M3 6H17M3 10H12M3 14H15";
pub(crate) const STEP_PHASE: &str = "M3 5L9 10L3 15ZM13 4H16V16H13";
pub(crate) const BACK_PHASE: &str = "M17 5L11 10L17 15ZM7 4H4V16H7";
pub(crate) const TALLER: &str = "M4 4H16M5 14L10 9L15 14";
pub(crate) const FULL_SCREEN: &str = "M3 7V3H7M13 3H17V7M17 13V17H13M7 17H3V13";
pub(crate) const CLOSE: &str = "M5 5L15 15M15 5L5 15";

/// The icon with that path.
pub(crate) fn icon(path: &'static str) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
            <path d=path />
        </svg>
    }
}
