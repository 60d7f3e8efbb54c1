//! What holds of allocation tokens and their batches.

use std::collections::BTreeMap;

use super::{Audit, records, records_by_key};
use crate::model::record::{Kind, Token, TokenRef};
use crate::model::view::View;

impl Audit<'_> {
    pub(super) fn tokens(&mut self) {
        let mut batches: BTreeMap<&str, Vec<u64>> = BTreeMap::new();
        for token in records::<Token>(self.memory) {
            let (text, used) = (token.token.as_str(), token.used.to_native());
            let within = token.uses.as_ref().is_none_or(|uses| used <= uses.to_native());
            self.expect(within, || format!("token {text}: used {used} times"));
            let (batch, number) = (token.batch.as_str(), token.number.to_native());
            let placed = self.memory.token_of_batch(batch, number).is_some_and(|placed| placed.token == token.token);
            self.expect(placed, || format!("token {text}: not in its place {number} of {batch}"));
            batches.entry(batch).or_default().push(number);
        }
        for (batch, numbers) in &mut batches {
            numbers.sort_unstable();
            let in_turn = numbers.iter().copied().eq(1..=numbers.len() as u64);
            self.expect(in_turn, || format!("batch {batch}: not numbered in turn"));
            let counted = self.memory.batch_tokens(batch);
            self.expect(counted == numbers.len() as u64, || format!("batch {batch}: {counted} tokens counted"));
        }
        let places = records_by_key::<TokenRef>(self.memory).count();
        let tokens: usize = batches.values().map(Vec::len).sum();
        self.expect(places == tokens, || format!("{places} places of {tokens} tokens"));
        let listed = self.memory.directory(Kind::Token).eq(batches.keys().copied());
        self.expect(listed, || "the batches are not those listed".into());
        let counts = self.memory.keys(Kind::TokenBatch).len();
        self.expect(counts == batches.len(), || format!("{counts} counts of {} batches", batches.len()));
    }
}
