//! An index for similar vectors: a hierarchical navigable small world graph (Malkov and Yashunin, "Efficient
//! and robust approximate nearest neighbor search using HNSW graphs", 2018).
//!
//! Each vector is linked to some that are similar to it, on level 0; one in sixteen is on level 1 as
//! well, where the links are longer, and so on. A search starts on the top level, goes to ever more
//! similar vectors, and looks around more widely on level 0. Which levels a vector is on follows from
//! its number, so the same vectors in the same order always give the same graph.

use super::best::{Best, Found};

/// How many links a new vector gets on a level.
const LINKS: usize = 12;

/// How many links a vector may have on level 0, where most searches pass; above it is [`LINKS`].
const MAX_LINKS_0: usize = 2 * LINKS;

/// How widely is looked around for the neighbors of a new vector.
const BUILD_WIDTH: usize = 64;

/// Levels above 0: with one in sixteen this is enough for any number of vectors.
const MAX_LEVEL: u32 = 7;

/// The links of all vectors; the vectors themselves are somewhere else.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Graph {
    /// For each vector its links on each of its levels. No levels: it cannot be found.
    pub(super) nodes: Vec<Vec<Vec<u32>>>,
    /// Where a search starts: a vector on the top level.
    pub(super) entry: Option<u32>,
}

impl Graph {
    /// Adds the next vector, which is `similarity(i, i)` to itself.
    pub(super) fn insert(&mut self, similarity: &mut impl FnMut(u32, u32) -> f32) {
        let new = u32::try_from(self.nodes.len()).unwrap_or(u32::MAX);
        let top = level_of(new);
        let mut links = vec![Vec::new(); top as usize + 1];
        let old_top = self.top();
        if let Some(entry) = self.entry {
            let mut start = entry;
            for level in (0..old_top).rev() {
                let width = if level > top as usize { 1 } else { BUILD_WIDTH };
                let found =
                    self.look_around(start, level, width, &mut |node| similarity(new, node));
                start = found.list().first().map_or(start, |best| best.index);
                if let Some(links) = links.get_mut(level) {
                    *links = choose(found.list(), LINKS, similarity);
                }
            }
        }
        for (level, links) in links.iter().enumerate() {
            let max = if level == 0 { MAX_LINKS_0 } else { LINKS };
            for neighbor in links {
                self.link(*neighbor, new, level, max, similarity);
            }
        }
        if links.len() > old_top {
            self.entry = Some(new);
        }
        self.nodes.push(links);
    }

    /// Adds a vector that cannot be found, so that the numbers of the others fit.
    pub(super) fn skip(&mut self) {
        self.nodes.push(Vec::new());
    }

    /// About the `width` most similar vectors.
    pub(super) fn search(&self, width: usize, similarity: &mut impl FnMut(u32) -> f32) -> Best {
        let Some(mut start) = self.entry else {
            return Best::new(width);
        };
        for level in (1..self.top()).rev() {
            let found = self.look_around(start, level, 1, similarity);
            start = found.list().first().map_or(start, |best| best.index);
        }
        self.look_around(start, 0, width, similarity)
    }

    /// How many levels there are.
    fn top(&self) -> usize {
        let entry = self.entry.and_then(|entry| self.nodes.get(entry as usize));
        entry.map_or(0, Vec::len)
    }

    fn links(&self, node: u32, level: usize) -> &[u32] {
        let levels = self.nodes.get(node as usize);
        levels
            .and_then(|levels| levels.get(level))
            .map_or(&[], Vec::as_slice)
    }

    /// Links `from` to `to` as well; if it has too many links then, the least useful goes.
    fn link(
        &mut self,
        from: u32,
        to: u32,
        level: usize,
        max: usize,
        similarity: &mut impl FnMut(u32, u32) -> f32,
    ) {
        let levels = self.nodes.get_mut(from as usize);
        let Some(links) = levels.and_then(|levels| levels.get_mut(level)) else {
            return;
        };
        links.push(to);
        if links.len() > max {
            let mut all = Best::new(links.len());
            for index in links.iter().copied() {
                all.offer(Found {
                    similarity: similarity(from, index),
                    index,
                });
            }
            *links = choose(all.list(), max, similarity);
        }
    }

    /// The `width` most similar vectors that are reached from `start` on `level` through others as
    /// similar.
    fn look_around(
        &self,
        start: u32,
        level: usize,
        width: usize,
        similarity: &mut impl FnMut(u32) -> f32,
    ) -> Best {
        let mut best = Best::new(width);
        let mut seen = vec![false; self.nodes.len()];
        // Beside `best`, in the same order: whether its links have been followed.
        let mut followed = Vec::new();
        let mut offer = |best: &mut Best, followed: &mut Vec<bool>, index: u32| {
            let seen = seen.get_mut(index as usize);
            if seen.is_none_or(|seen| std::mem::replace(seen, true)) {
                return;
            }
            let similarity = similarity(index);
            if let Some(place) = best.offer(Found { similarity, index }) {
                followed.insert(place, false);
                followed.truncate(best.list().len());
            }
        };
        offer(&mut best, &mut followed, start);
        while let Some(place) = followed.iter().position(|followed| !followed) {
            followed[place] = true;
            for node in self.links(best.list()[place].index, level) {
                offer(&mut best, &mut followed, *node);
            }
        }
        best
    }
}

/// Up to `max` of `found` (best first): one that is more similar to a chosen one than to the vector
/// itself is left out at first, since it can be reached through that (the paper's algorithm 4).
fn choose(found: &[Found], max: usize, similarity: &mut impl FnMut(u32, u32) -> f32) -> Vec<u32> {
    let mut chosen = Vec::with_capacity(max);
    let mut rest = Vec::new();
    for candidate in found {
        if chosen.len() == max {
            break;
        }
        let index = candidate.index;
        let near = |other: &u32| similarity(*other, index) > candidate.similarity;
        if chosen.iter().any(near) {
            rest.push(index);
        } else {
            chosen.push(index);
        }
    }
    let free = max - chosen.len();
    chosen.extend(rest.into_iter().take(free));
    chosen
}

/// The top level of a vector: each one is a sixteenth as likely as the one below.
fn level_of(node: u32) -> u32 {
    // The finalizer of MurmurHash3, which spreads every bit of the number over all bits.
    let mut hash = node.wrapping_add(0x9E37_79B9);
    hash = (hash ^ (hash >> 16)).wrapping_mul(0x85EB_CA6B);
    hash = (hash ^ (hash >> 13)).wrapping_mul(0xC2B2_AE35);
    hash ^= hash >> 16;
    (hash.trailing_zeros() / 4).min(MAX_LEVEL)
}

#[cfg(test)]
mod tests {
    use super::super::vector::{normalize, similarity};
    use super::*;
    use crate::random::Random;

    const DIMENSIONS: usize = 32;

    fn vectors(count: usize) -> Vec<Vec<f32>> {
        let mut random = Random::seeded();
        (0..count)
            .map(|_| {
                let mut vector: Vec<f32> = (0..DIMENSIONS)
                    .map(|_| random.below(2001) as f32 - 1000.0)
                    .collect();
                assert!(normalize(&mut vector));
                vector
            })
            .collect()
    }

    fn graph_of(vectors: &[Vec<f32>]) -> Graph {
        let mut graph = Graph::default();
        for _ in vectors {
            graph.insert(&mut |a, b| similarity(&vectors[a as usize], &vectors[b as usize]));
        }
        graph
    }

    fn indices(found: &[Found]) -> Vec<u32> {
        found.iter().map(|found| found.index).collect()
    }

    #[test]
    fn nine_of_ten_of_the_most_similar_are_found() {
        let vectors = vectors(2000);
        let graph = graph_of(&vectors);
        let (mut hits, mut looked_at) = (0, 0);
        for query in vectors.iter().step_by(40) {
            // Something near to it, not itself.
            let mut query = query.clone();
            query.reverse();
            let mut exact = Best::new(10);
            for (index, vector) in (0..).zip(&vectors) {
                exact.offer(Found {
                    similarity: similarity(&query, vector),
                    index,
                });
            }
            let found = graph.search(64, &mut |node| {
                looked_at += 1;
                similarity(&query, &vectors[node as usize])
            });
            let found = indices(&found.list()[..10]);
            hits += indices(exact.list())
                .iter()
                .filter(|index| found.contains(index))
                .count();
        }
        assert!(hits >= 450, "{hits} of 500");
        // Of 2,000; a search that looks at all of them is not an index.
        assert!(looked_at < 50 * 1200, "{looked_at}");
    }

    #[test]
    fn no_vector_has_more_links_than_it_may_and_all_lead_to_its_level() {
        let graph = graph_of(&vectors(500));
        for (node, levels) in (0..).zip(&graph.nodes) {
            assert_eq!(levels.len(), level_of(node) as usize + 1);
            for (level, links) in levels.iter().enumerate() {
                assert!(links.len() <= if level == 0 { MAX_LINKS_0 } else { LINKS });
                assert!(
                    links
                        .iter()
                        .all(|to| graph.nodes[*to as usize].len() > level)
                );
                assert!(links.iter().all(|to| *to != node));
            }
        }
    }

    #[test]
    fn a_graph_without_vectors_finds_nothing_and_one_of_equals_everything() {
        assert_eq!(Graph::default().search(5, &mut |_| 1.0).list(), []);
        let equals = vec![vec![0.5; 4]; 20];
        let found = graph_of(&equals).search(40, &mut |_| 1.0);
        assert_eq!(indices(found.list()), Vec::from_iter(0..20));
    }

    #[test]
    fn links_that_lead_nowhere_are_no_danger() {
        let graph = Graph {
            nodes: vec![vec![vec![7, 0, 1]], vec![]],
            entry: Some(0),
        };
        assert_eq!(indices(graph.search(5, &mut |_| 1.0).list()), [0, 1]);
        let graph = Graph {
            nodes: vec![],
            entry: Some(3),
        };
        assert_eq!(graph.search(5, &mut |_| 1.0).list(), []);
    }
}
