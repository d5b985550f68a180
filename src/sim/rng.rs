//! Seeded chance, the same on every target and in every later version: a seed in a shared link must mean
//! the same run next year.

use rand_core::Rng as _;
use rand_core::SeedableRng;
use rand_pcg::Pcg32;

/// What a run's dice are derived from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Seed(pub u64);

/// A probability as a whole number of parts per million.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Chance(u32);

impl Chance {
    /// Never.
    pub const NEVER: Self = Self(0);
    /// Always.
    pub const ALWAYS: Self = Self(1_000_000);

    /// A probability of `ppm` parts per million; more than a million counts as always.
    pub const fn from_ppm(ppm: u32) -> Self {
        Self(if ppm > 1_000_000 { 1_000_000 } else { ppm })
    }

    /// Parts per million.
    pub const fn ppm(self) -> u32 {
        self.0
    }
}

/// One stream of dice. Every node and the network have one of their own, so that adding a node does not
/// move anybody else's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rng(Pcg32);

impl Rng {
    /// The stream numbered `stream` of `seed`.
    pub fn new(seed: Seed, stream: u64) -> Self {
        // Two rounds of SplitMix64's finaliser keep neighbouring seeds and streams apart.
        let state = mix(seed.0 ^ mix(stream.wrapping_add(0x9E37_79B9_7F4A_7C15)));
        let mut bytes = [0; 16];
        bytes[..8].copy_from_slice(&state.to_le_bytes());
        bytes[8..].copy_from_slice(&mix(state).to_le_bytes());
        Self(Pcg32::from_seed(bytes))
    }

    /// 32 random bits.
    pub fn bits(&mut self) -> u32 {
        self.0.next_u32()
    }

    /// A whole number in `0..n`. The bias is below n / 2^32. `n` must not be 0.
    pub fn below(&mut self, n: u32) -> u32 {
        debug_assert!(n > 0);
        ((u64::from(self.bits()) * u64::from(n)) >> 32) as u32
    }

    /// A whole number in `low..=high`.
    pub fn between(&mut self, low: u32, high: u32) -> u32 {
        low + self.below(high - low + 1)
    }

    /// True with the given probability; draws nothing for "never" and "always".
    pub fn hits(&mut self, chance: Chance) -> bool {
        match chance.ppm() {
            0 => false,
            1_000_000 => true,
            ppm => self.below(1_000_000) < ppm,
        }
    }

    /// `digits` random hexadecimal digits, as run ids and replication ids have 40 of them.
    pub fn hex(&mut self, digits: usize) -> String {
        (0..digits).map(|_| char::from(b"0123456789abcdef"[self.below(16) as usize])).collect()
    }
}

/// SplitMix64's finaliser.
const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are part of what a seed means: they must never change.
    #[test]
    fn known_values_of_a_known_seed() {
        let mut rng = Rng::new(Seed(7), 3);
        let drawn: Vec<u32> = (0..4).map(|_| rng.bits()).collect();
        assert_eq!(drawn, KNOWN);
    }

    const KNOWN: [u32; 4] = [2_043_961_719, 3_645_035_420, 3_632_790_212, 1_629_127_131];

    /// SIM-1
    #[test]
    fn streams_and_seeds_differ() {
        let first = |seed, stream| Rng::new(Seed(seed), stream).bits();
        assert_ne!(first(1, 0), first(1, 1));
        assert_ne!(first(1, 0), first(2, 0));
        assert_ne!(first(1, 2), first(2, 1));
    }

    #[test]
    fn below_stays_below_and_reaches_all() {
        let mut rng = Rng::new(Seed(1), 0);
        let mut seen = [false; 10];
        for _ in 0..1000 {
            seen[rng.below(10) as usize] = true;
        }
        assert_eq!(seen, [true; 10]);
    }
}
