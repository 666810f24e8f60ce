//! The colors of every picture, by day and by night.
//!
//! A picture is drawn in the light colors. A style sheet in it swaps each of them for its dark counterpart
//! where the reader prefers that, so the picture follows the page it stands on. The series' hues keep
//! apart for color-blind readers (after Okabe and Ito, and Tol), and a label always repeats them.

use plotters::style::RGBColor;
use std::fmt::Write as _;

/// A color by day and by night.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ink {
    /// On a light ground.
    pub light: u32,
    /// On a dark ground.
    pub dark: u32,
}

const fn ink(light: u32, dark: u32) -> Ink {
    Ink { light, dark }
}

impl Ink {
    /// The color to draw in.
    pub(crate) fn rgb(self) -> RGBColor {
        let [_, r, g, b] = self.light.to_be_bytes();
        RGBColor(r, g, b)
    }

    /// The light one as SVG and CSS write it.
    #[must_use]
    pub fn hex(self) -> String {
        format!("#{:06X}", self.light)
    }
}

/// The ground.
pub const GROUND: Ink = ink(0xFF_FF_FF, 0x14_18_1D);
/// Words and numbers.
pub const TEXT: Ink = ink(0x1B_1F_24, 0xE8_EA_ED);
/// Words that explain.
pub const MUTED: Ink = ink(0x57_60_6A, 0xA7_AF_BA);
/// Lines behind the data.
pub const GRID: Ink = ink(0xDF_E3_E8, 0x2E_35_3D);
/// Axes and frames.
pub const AXIS: Ink = ink(0x8C_95_9F, 0x6B_75_80);

/// One for each series; after the last, the first again.
pub const SERIES: [Ink; 10] = [
    ink(0x00_72_B2, 0x56_B4_E9),
    ink(0xD5_5E_00, 0xFF_9A_56),
    ink(0x11_77_33, 0x4C_C3_8A),
    ink(0xAA_44_99, 0xE0_8B_D0),
    ink(0x33_22_88, 0xA7_9B_FF),
    ink(0x8C_6D_00, 0xD9_C2_4A),
    ink(0x00_83_8A, 0x4F_D1_D9),
    ink(0x88_22_55, 0xFF_8F_B1),
    ink(0xB3_2D_1E, 0xFF_7A_66),
    ink(0x6A_73_7D, 0xB1_B9_C3),
];

/// From much better over the same to much worse. [`TEXT`] is readable on each.
pub const HEAT: [Ink; 7] = [
    ink(0x8E_C1_E6, 0x1F_5F_8B),
    ink(0xBE_DD_F2, 0x1C_4C_6C),
    ink(0xE2_EF_F8, 0x1B_38_4C),
    ink(0xF1_F1_EE, 0x29_2E_34),
    ink(0xFC_E6_D0, 0x4A_38_25),
    ink(0xF8_C9_9B, 0x66_46_24),
    ink(0xF0_A1_58, 0x82_51_14),
];

/// Every color, each once.
fn all() -> impl Iterator<Item = Ink> {
    let single = [GROUND, TEXT, MUTED, GRID, AXIS];
    single.into_iter().chain(SERIES).chain(HEAT)
}

/// The class of every picture, which the style sheet goes by.
pub const CLASS: &str = "heft-plot";

/// The style sheet of a picture. It may stand in a page once for all of them. NB: no `system-ui`, which is a
/// monospaced face on some desktops.
#[must_use]
pub fn style_sheet() -> String {
    let mut dark = String::new();
    for ink in all() {
        let light = ink.hex();
        let _ = write!(
            dark,
            ".{CLASS} [fill=\"{light}\"]{{fill:#{0:06X}}}.{CLASS} [stroke=\"{light}\"]{{stroke:#{0:06X}}}",
            ink.dark
        );
    }
    format!(
        ".{CLASS}{{max-width:100%;height:auto}}.{CLASS} text{{font-family:-apple-system,\"Segoe UI\",Roboto,\"Liberation Sans\",\"DejaVu Sans\",Arial,sans-serif;font-variant-numeric:tabular-nums}}@media screen and (prefers-color-scheme:dark){{{dark}}}"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The contrast of two colors by WCAG 2.1, from 1 to 21.
    fn contrast(a: u32, b: u32) -> f64 {
        let luminance = |color: u32| {
            let [_, rgb @ ..] = color.to_be_bytes();
            let linear = rgb.map(|c| {
                let c = f64::from(c) / 255.0;
                if c <= 0.04045 {
                    c / 12.92
                } else {
                    ((c + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn words_are_readable_on_everything_they_stand_on() {
        for ground in HEAT.into_iter().chain([GROUND]) {
            for (text, ground) in [(TEXT.light, ground.light), (TEXT.dark, ground.dark)] {
                assert!(contrast(text, ground) >= 4.5, "{text:06x} on {ground:06x}");
            }
        }
        assert!(contrast(MUTED.light, GROUND.light) >= 4.5);
        assert!(contrast(MUTED.dark, GROUND.dark) >= 4.5);
    }

    #[test]
    fn series_stand_out_from_the_ground() {
        for ink in SERIES {
            for (line, ground) in [(ink.light, GROUND.light), (ink.dark, GROUND.dark)] {
                assert!(contrast(line, ground) >= 3.0, "{line:06x} on {ground:06x}");
            }
        }
    }

    #[test]
    fn no_light_color_has_two_dark_ones() {
        let mut seen: Vec<u32> = all().map(|ink| ink.light).collect();
        let count = seen.len();
        seen.sort_unstable();
        seen.dedup();
        assert_eq!(seen.len(), count);
    }
}
