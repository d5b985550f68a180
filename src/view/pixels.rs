//! Small pictures stamped into a large one, for packets by the hundred.
//!
//! A browser without a graphics card fills and strokes paths slowly: with 2,338 of them on a stage of 944 x 512
//! pixels a page on two busy cores showed 9 to 33 frames a second, with stamps 27 to 50.

/// A pixel, as canvases keep it: the bytes red, green, blue and how opaque it is, the first of them the lowest of
/// the number. One number rather than four bytes: it is read, compared and written a few hundred thousand times a
/// frame.
pub type Pixel = u32;

/// How opaque a pixel is.
const fn opacity(pixel: Pixel) -> u32 {
    pixel >> 24
}

/// A small picture.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamp {
    rows: Vec<Row>,
}

/// What can be seen in a row of a stamp, from its first such pixel to its last.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Row {
    /// How far down and right of the stamp's middle it begins.
    down: i32,
    right: i32,
    pixels: Vec<Pixel>,
}

/// A picture to stamp into, see-through at first.
#[derive(Clone, Debug, Default)]
pub struct Picture {
    width: usize,
    pixels: Vec<Pixel>,
}

impl Stamp {
    /// The one at a place of a sheet that shows square stamps side by side, given as the bytes of its pixels,
    /// row by row.
    pub fn cut(sheet: &[u8], place: usize, side: usize) -> Self {
        let (pixels, _) = sheet.as_chunks::<4>();
        let pixels: Vec<Pixel> = pixels.iter().map(|bytes| u32::from_le_bytes(*bytes)).collect();
        let middle = side as i32 / 2;
        let rows = pixels.chunks((pixels.len() / side.max(1)).max(1)).enumerate().filter_map(|(y, row)| {
            let row = row.get(place * side..(place + 1) * side)?;
            let is_seen = |pixel: &Pixel| opacity(*pixel) > 0;
            let (first, last) = (row.iter().position(is_seen)?, row.iter().rposition(is_seen)?);
            let pixels = row[first..=last].to_vec();
            Some(Row { down: y as i32 - middle, right: first as i32 - middle, pixels })
        });
        Self { rows: rows.collect() }
    }
}

impl Picture {
    /// A see-through picture of that size.
    pub fn new(width: usize, height: usize) -> Self {
        Self { width, pixels: vec![0; width * height] }
    }

    /// Its pixels, row by row.
    pub fn pixels(&self) -> &[Pixel] {
        &self.pixels
    }

    /// Makes all of it see-through.
    pub fn clear(&mut self) {
        self.pixels.fill(0);
    }

    /// Puts a stamp's middle there; what lies outside is cut off. Where two overlap, the more opaque one is seen,
    /// of equals the later.
    pub fn stamp(&mut self, stamp: &Stamp, x: i32, y: i32) {
        for Row { down, right, pixels } in &stamp.rows {
            let (x, y) = (x + right, y + down);
            let Ok(above) = usize::try_from(y) else { continue };
            let begin = above.saturating_mul(self.width);
            let Some(there) = self.pixels.get_mut(begin..begin.saturating_add(self.width)) else { continue };
            // As many of the first pixels lie left of the picture.
            let hidden = pixels.len().min((-x).max(0) as usize);
            let Some(there) = there.get_mut(x.max(0) as usize..) else { continue };
            for (there, pixel) in there.iter_mut().zip(&pixels[hidden..]) {
                if opacity(*there) <= opacity(*pixel) {
                    *there = *pixel;
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INK: [u8; 4] = [9, 8, 7, 255];
    const FAINT: [u8; 4] = [1, 2, 3, 100];
    const NONE: [u8; 4] = [0; 4];

    /// Two stamps of two by two pixels: a full one, and one with a faint upper left corner only.
    fn sheet() -> Vec<u8> {
        [[INK, INK, FAINT, NONE], [INK, INK, NONE, NONE]].as_flattened().as_flattened().to_vec()
    }

    fn shown(picture: &Picture) -> Vec<u32> {
        picture.pixels().iter().map(|pixel| opacity(*pixel)).collect()
    }

    #[test]
    fn a_stamp_is_put_around_its_place() {
        let mut picture = Picture::new(3, 3);
        picture.stamp(&Stamp::cut(&sheet(), 0, 2), 2, 1);
        assert_eq!(shown(&picture), [0, 255, 255, 0, 255, 255, 0, 0, 0]);
        assert_eq!(picture.pixels()[1].to_le_bytes(), INK);
        picture.clear();
        assert_eq!(shown(&picture), [0; 9]);
    }

    #[test]
    fn what_lies_outside_is_cut_off_and_not_seen_on_the_other_side() {
        for (x, y, seen) in [(0, 0, [255, 0, 0, 0]), (2, 2, [0, 0, 0, 255]), (3, 1, [0; 4]), (-5, -5, [0; 4])]
        {
            let mut picture = Picture::new(2, 2);
            picture.stamp(&Stamp::cut(&sheet(), 0, 2), x, y);
            assert_eq!(shown(&picture), seen, "at {x} {y}");
        }
    }

    #[test]
    fn the_faint_does_not_cover_the_opaque() {
        let (full, faint) = (Stamp::cut(&sheet(), 0, 2), Stamp::cut(&sheet(), 1, 2));
        for order in [[&full, &faint], [&faint, &full]] {
            let mut picture = Picture::new(2, 2);
            for stamp in order {
                picture.stamp(stamp, 1, 1);
            }
            assert_eq!(picture.pixels()[0].to_le_bytes(), INK);
        }
    }

    #[test]
    fn a_sheet_that_is_too_short_has_no_more_stamps() {
        assert_eq!(Stamp::cut(&sheet()[..4], 5, 2), Stamp::default());
        assert_eq!(Stamp::cut(&[], 0, 0), Stamp::default());
        // Nor has a picture without room.
        let mut picture = Picture::new(0, 0);
        picture.stamp(&Stamp::cut(&sheet(), 0, 2), 0, 0);
        assert!(picture.pixels().is_empty());
    }
}
