//! Readable colours: relative luminance and contrast ratio of WCAG 2.2.

/// Red, green and blue, each from 0 to 255.
pub(super) type Rgb = [u8; 3];

pub(super) const BLACK: Rgb = [0, 0, 0];
pub(super) const WHITE: Rgb = [255, 255, 255];

/// What WCAG 2.2 §1.4.3 (AA) asks of text.
const TEXT_RATIO: f32 = 4.5;

/// The text's colour if it can be read on the background, else the nearest mix with black or white
/// that can.
pub(super) fn readable(text: Rgb, background: Rgb) -> Rgb {
    let end = farthest(background);
    toward(text, end, 1.0)
        .find(|&mixed| ratio(mixed, background) >= TEXT_RATIO)
        .unwrap_or(end)
}

/// Text and background with a readable contrast. A pair that misses it by little keeps its look:
/// the background is shaded by what no eye notices. Otherwise the text gives way.
pub(super) fn readable_pair(text: Rgb, background: Rgb) -> (Rgb, Rgb) {
    const UNNOTICED: f32 = 0.1;
    let shaded = toward(background, farthest(text), UNNOTICED)
        .find(|&shaded| ratio(text, shaded) >= TEXT_RATIO);
    match shaded {
        Some(shaded) => (text, shaded),
        None => (readable(text, background), background),
    }
}

/// Black or white, whichever stands out more.
fn farthest(from: Rgb) -> Rgb {
    if ratio(BLACK, from) > ratio(WHITE, from) {
        BLACK
    } else {
        WHITE
    }
}

/// The colours on the way to another, up to `share` of it.
fn toward(from: Rgb, to: Rgb, share: f32) -> impl Iterator<Item = Rgb> {
    const STEPS: u8 = 20;
    (0..=STEPS).map(move |step| mix(from, to, share * f32::from(step) / f32::from(STEPS)))
}

/// The contrast ratio of two colours, from 1 to 21.
fn ratio(one: Rgb, other: Rgb) -> f32 {
    let (one, other) = (luminance(one), luminance(other));
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

fn luminance(color: Rgb) -> f32 {
    let [red, green, blue] = color.map(|channel| {
        let share = f32::from(channel) / 255.0;
        if share <= 0.040_45 {
            share / 12.92
        } else {
            ((share + 0.055) / 1.055).powf(2.4)
        }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

/// `share` of the way from one colour to the other.
pub(super) fn mix(from: Rgb, to: Rgb, share: f32) -> Rgb {
    let mut mixed = from;
    for (channel, to) in mixed.iter_mut().zip(to) {
        let value = f32::from(*channel) + (f32::from(to) - f32::from(*channel)) * share;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a mix of two bytes lies between them"
        )]
        let value = value.round() as u8;
        *channel = value;
    }
    mixed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_those_of_the_standard() {
        assert!((ratio(BLACK, WHITE) - 21.0).abs() < 0.01);
        assert!((ratio(WHITE, WHITE) - 1.0).abs() < 0.01);
        // The grey that WCAG's own documents name as the lightest one to be read on white.
        assert!((ratio([0x76, 0x76, 0x76], WHITE) - 4.54).abs() < 0.01);
    }

    #[test]
    fn what_can_be_read_is_kept() {
        let navy = [0x10, 0x20, 0x60];
        assert_eq!(readable(navy, WHITE), navy);
    }

    #[test]
    fn a_near_miss_keeps_its_look() {
        let blue = [0x28, 0x6e, 0xfa];
        assert!(ratio(WHITE, blue) < TEXT_RATIO);
        let (text, background) = readable_pair(WHITE, blue);
        assert_eq!(text, WHITE);
        for (shaded, original) in background.into_iter().zip(blue) {
            assert!(shaded.abs_diff(original) <= 4, "{background:?}");
        }
        let (text, background) = readable_pair(WHITE, [0xff, 0xee, 0x00]);
        assert_eq!((background, text == WHITE), ([0xff, 0xee, 0x00], false));
    }

    #[test]
    fn everything_can_be_read_on_everything() {
        let shades = [0, 40, 85, 119, 128, 170, 215, 255];
        let colors = shades.map(|red| shades.map(|green| shades.map(|blue| [red, green, blue])));
        let colors: Vec<Rgb> = colors.concat().concat();
        for &background in &colors {
            for &text in colors.iter().step_by(7) {
                let readable = readable(text, background);
                let ratio = ratio(readable, background);
                assert!(ratio >= TEXT_RATIO, "{text:?} on {background:?}: {ratio}");
                let (text, background) = readable_pair(text, background);
                let ratio = super::ratio(text, background);
                assert!(ratio >= TEXT_RATIO, "{text:?} on {background:?}: {ratio}");
            }
        }
    }
}
