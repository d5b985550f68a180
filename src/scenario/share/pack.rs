//! Texts in a link: escaped where short, packed where long.

use base64::DecodeError;
use base64::prelude::{BASE64_URL_SAFE_NO_PAD, Engine as _};
use miniz_oxide::deflate::compress_to_vec;
use miniz_oxide::inflate::{TINFLStatus, decompress_to_vec_with_limit};
use std::fmt::Write as _;

/// The compressor's effort, 0 to 10; part of what makes the text canonical.
const EFFORT: u8 = 9;

/// Why a packed text could not be unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Unpack {
    /// Damaged on the way.
    Damaged,
    /// Its end is missing; this is what stands before that.
    CutOff(String),
    /// Larger than the limit.
    TooLarge,
}

/// Deflated, in the alphabet of base64 that needs no escaping in a link.
pub(super) fn pack(text: &str) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(compress_to_vec(text.as_bytes(), EFFORT))
}

/// What [`pack`] packed, if it is `limit` bytes at most.
pub(super) fn unpack(packed: &str, limit: usize) -> Result<String, Unpack> {
    let bytes = BASE64_URL_SAFE_NO_PAD.decode(packed).or_else(|error| match error {
        DecodeError::InvalidByte(..) => Err(Unpack::Damaged),
        // A text that was cut off may end within what four characters stand for.
        _ => BASE64_URL_SAFE_NO_PAD.decode(&packed[..packed.len() & !3]).map_err(|_| Unpack::Damaged),
    })?;
    match decompress_to_vec_with_limit(&bytes, limit) {
        Ok(plain) => String::from_utf8(plain).map_err(|_| Unpack::Damaged),
        Err(error) => Err(match error.status {
            TINFLStatus::HasMoreOutput => Unpack::TooLarge,
            TINFLStatus::FailedCannotMakeProgress => {
                Unpack::CutOff(String::from_utf8_lossy(&error.output).into_owned())
            }
            _ => Unpack::Damaged,
        }),
    }
}

/// Letters, digits, `-` and `_` stand for themselves, every other byte is `%` and two digits.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_') {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What [`escape`] escaped; `None` where it is not of that form.
pub(super) fn unescape(text: &str) -> Option<String> {
    let mut bytes = text.bytes();
    let mut out = Vec::with_capacity(text.len());
    while let Some(byte) = bytes.next() {
        out.push(if byte == b'%' {
            let digit = |b: Option<u8>| char::from(b?).to_digit(16);
            (digit(bytes.next())? * 16 + digit(bytes.next())?) as u8
        } else {
            byte
        });
    }
    String::from_utf8(out).ok()
}
