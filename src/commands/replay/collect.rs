//! A log → the plan of a replay, and its messages.

use std::collections::HashSet;

use anyhow::{Context, ensure};

use crate::calls::Position;
use crate::cli::{FilterArgs, Terminal, TimeBound, Usage};
use crate::commands::chosen_calls::{say_if_none, selection};
use crate::decode::{Damage, DamageKind, Opened, Shape, captured};
use crate::deliveries::body_digest;
use crate::engine::{Block, JudgedCall, RecordView, RecordVisitor, judge_calls};
use crate::live::replay::{
    CapturedCallback, EarlierOutcome, FailedBefore, LeftOut, LookedUp, Message, Planner, Spool,
};
use crate::rules::RuleOptions;
use crate::session::Inputs;
use crate::source::SourceNames;
use crate::spec::RuleId;

/// What is to be sent.
#[derive(Debug)]
pub(super) struct Collected {
    pub(super) planner: Planner,
    pub(super) spool: Spool,
    pub(super) left_out: LeftOut,
    /// Callbacks with what is known of them, if only those are sent that failed before.
    looked_up: Vec<(CapturedCallback, FoundBefore)>,
}

/// Which callbacks are sent.
pub(super) struct CallbackChoice<'c> {
    /// Of which calls.
    pub(super) filter: &'c FilterArgs,
    /// Only those that failed before.
    pub(super) failed: Option<&'c FailedBefore>,
    /// Only those that were captured from the one on and before the other.
    pub(super) received: (Option<TimeBound>, Option<TimeBound>),
}

/// What is known of a callback from before, and the digest of its body.
type FoundBefore = (Option<EarlierOutcome>, String);

/// Reads the callbacks of the calls that are wanted. A filter chooses whole calls, and what was captured twice is known
/// once all calls are, so that needs a pass of its own beforehand.
///
/// # Errors
/// Returns an error if the filter cannot be used, or the callbacks cannot be kept.
pub(super) fn collect(
    inputs: &mut Inputs,
    choice: &CallbackChoice<'_>,
    terminal: Terminal,
) -> anyhow::Result<Collected> {
    let rules = choice.filter.seek(RuleOptions::default())?;
    let selected = select(inputs, choice, &rules, terminal)?;
    let spool = Spool::new().context(SPOOL)?;
    let (planner, left_out, looked_up) = (Planner::default(), LeftOut::default(), Vec::new());
    let mut collected = Collected { planner, spool, left_out, looked_up };
    let totals = inputs.read_records(&rules, &selected, |block| collected.take(block))?;
    inputs.check_contents(&totals)?;
    collected.plan_failed();
    Ok(collected)
}

const SPOOL: &str = "cannot keep the callbacks in a temporary file";

/// Chooses the calls of a filter, and of what was captured twice what counts.
fn select<'c>(
    inputs: &mut Inputs,
    choice: &CallbackChoice<'c>,
    rules: &RuleOptions,
    terminal: Terminal,
) -> anyhow::Result<Collect<'c>> {
    inputs.sources.keep_pipes();
    let analysis = inputs.analyse(rules)?;
    let filter = choice.filter;
    let chooses_all = filter.is_empty();
    let bound = |bound: Option<TimeBound>| {
        let seconds = bound.map(|bound| bound.seconds(&filter.tz, analysis.totals.newest)).transpose()?;
        Ok::<_, Usage>(seconds.map(|seconds| seconds.saturating_mul(1000)))
    };
    let received = (bound(choice.received.0)?, bound(choice.received.1)?);
    if let (Some(since), Some(until)) = received
        && since >= until
    {
        return Err(Usage::from("`--received-since` is not before `--received-until`").into());
    }
    let (failed, names) = (choice.failed, inputs.sources.source_names());
    let collect = |wanted, set_aside| Collect { wanted, set_aside, failed, received, names };
    if chooses_all && analysis.captured_twice().is_empty() {
        return Ok(collect(None, HashSet::new()));
    }
    let selection = selection(filter, rules, &analysis, inputs.threads)?;
    let look = |(ids, set_aside): &mut (Vec<String>, Vec<Position>), call: &JudgedCall<'_>| {
        set_aside.extend(&call.timeline().set_aside);
        if !chooses_all && selection.chooses(call) {
            ids.push(call.call_id().into_owned());
        }
    };
    let (mut wanted, mut set_aside) = (HashSet::new(), HashSet::new());
    for (ids, positions) in judge_calls(&analysis, rules, inputs.threads, Default::default, look)? {
        wanted.extend(ids);
        set_aside.extend(positions);
    }
    if !chooses_all {
        say_if_none(&selection, filter, &analysis, inputs.threads, terminal)?;
    }
    Ok(collect((!chooses_all).then_some(wanted), set_aside))
}

/// Takes the callbacks of the wanted calls from records.
struct Collect<'c> {
    /// The ids of the calls; none for all callbacks.
    wanted: Option<HashSet<String>>,
    /// Where the callbacks are that were captured twice, so that another one is sent for them.
    set_aside: HashSet<Position>,
    /// What is known from before, if only what failed is sent.
    failed: Option<&'c FailedBefore>,
    /// From when on and until when callbacks were captured, in Unix milliseconds.
    received: (Option<i64>, Option<i64>),
    names: SourceNames,
}

impl Collect<'_> {
    /// True for a time of capture that is wanted.
    fn wants(&self, received_at: Option<i64>) -> bool {
        let (since, until) = self.received;
        (since.is_none() && until.is_none())
            || received_at.is_some_and(|at| {
                since.is_none_or(|since| at >= since) && until.is_none_or(|until| at < until)
            })
    }

    /// What is known of a callback from before.
    fn look_up(&self, callback: &CapturedCallback, body: &[u8]) -> Option<FoundBefore> {
        let failed = self.failed?;
        let outcome = self.names.with(|name| {
            failed.outcome(&LookedUp {
                source: name(callback.source as usize),
                record: callback.record,
                call_id: callback.call_id.as_deref(),
                received_at: callback.received_at,
                body,
            })
        });
        Some((outcome, body_digest(body)))
    }
}

/// The callbacks of a block.
#[derive(Debug, Default)]
struct CollectedBlock {
    /// Their messages stand among those of the block.
    callbacks: Vec<(CapturedCallback, Option<FoundBefore>)>,
    messages: Vec<u8>,
    left_out: LeftOut,
}

impl RecordVisitor for Collect<'_> {
    type Output = CollectedBlock;

    fn visit(&self, found: &mut CollectedBlock, _: &Block, view: RecordView<'_>) {
        let (place, record, checked) = match view {
            RecordView::Blank { .. } | RecordView::Other { .. } => return,
            RecordView::Skipped { .. } | RecordView::Damaged { .. } => {
                found.left_out.skipped += 1;
                return;
            }
            RecordView::Record { place, record, checked, .. } => (place, record, checked),
        };
        let (callback, opened) = (record.callback(), &record.opened);
        if opened.wrapping.is_refused {
            found.left_out.refused += 1;
            return;
        }
        // What a whole request carried is sent, though nobody can read which call it belongs to.
        let is_sent = callback.is_some() || is_opaque(opened);
        let Some((_, body)) = opened.raw_body.as_ref().filter(|_| is_sent) else {
            let is_other = checked.hits.iter().any(|hit| hit.rule == RuleId::BodyUnrecognised);
            let counter =
                if is_other { &mut found.left_out.unrecognised } else { &mut found.left_out.damaged };
            *counter += 1;
            return;
        };
        let call_id = callback.and_then(|callback| callback.call_id.as_deref());
        // What belongs to no call is wanted only if nothing is chosen.
        if let Some(wanted) = &self.wanted
            && !call_id.is_some_and(|id| wanted.contains(id))
        {
            found.left_out.unwanted += 1;
            return;
        }
        if self.set_aside.contains(&place.position) {
            found.left_out.captured_twice += 1;
            return;
        }
        let received_at = callback.map_or(opened.received_at, |callback| callback.received_at);
        if !self.wants(received_at) {
            found.left_out.unwanted += 1;
            return;
        }
        let around = captured(record);
        let header = |(name, value): (_, _)| (owned(name), owned(value));
        let message = Message {
            call_id: call_id.map(str::to_owned),
            method: opened.method.as_ref().map_or_else(|| "POST".to_owned(), |(it, _)| it.to_string()),
            query: around.query.map(owned),
            headers: around.headers.into_iter().map(header).collect(),
            body: body.to_vec(),
        };
        let before = found.messages.len();
        message.write(&mut found.messages);
        let event_time =
            callback.and_then(|it| Some(i64::from(it.event_time?) * 1000 + i64::from(it.millis)));
        let captured = CapturedCallback {
            source: place.position.source() as u32,
            record: place.position.record(),
            call_id: message.call_id,
            received_at,
            event_time,
            at: before as u64,
            length: (found.messages.len() - before) as u64,
        };
        let known = self.look_up(&captured, body);
        found.callbacks.push((captured, known));
    }
}

/// True for a whole request whose body is not text.
fn is_opaque(opened: &Opened<'_>) -> bool {
    let is_no_text = |damage: &Damage| matches!(damage.kind, DamageKind::NotUtf8 | DamageKind::Coding(_));
    opened.shape != Shape::Bare && matches!(&opened.body, Some(Err((damage, _))) if is_no_text(damage))
}

fn owned(bytes: std::borrow::Cow<'_, [u8]>) -> Vec<u8> {
    bytes.into_owned()
}

impl Collected {
    /// Takes the callbacks of a block, which come in the order of the log.
    fn take(&mut self, block: &mut CollectedBlock) -> anyhow::Result<()> {
        let before = self.spool.append(&block.messages).context(SPOOL)?;
        block.messages.clear();
        self.left_out.merge(&std::mem::take(&mut block.left_out));
        for (mut callback, known) in block.callbacks.drain(..) {
            ensure!(callback.length <= u64::from(u32::MAX), "a callback of over 4 GiB cannot be sent");
            callback.at += before;
            match known {
                Some(known) => self.looked_up.push((callback, known)),
                None => self.planner.add(&callback),
            }
        }
        Ok(())
    }

    /// Plans, of callbacks of which something is known, the first copy of each that was never accepted.
    fn plan_failed(&mut self) {
        let looked_up = std::mem::take(&mut self.looked_up);
        let key = |(callback, (_, digest)): &(CapturedCallback, FoundBefore)| {
            (callback.call_id.clone(), digest.clone())
        };
        let is_accepted =
            |(_, (outcome, _)): &&(CapturedCallback, FoundBefore)| *outcome == Some(EarlierOutcome::Accepted);
        let mut done: HashSet<_> = looked_up.iter().filter(is_accepted).map(key).collect();
        for found in &looked_up {
            let (callback, (outcome, _)) = found;
            if *outcome == Some(EarlierOutcome::Failed) && done.insert(key(found)) {
                self.planner.add(callback);
            } else {
                self.left_out.not_failed += 1;
            }
        }
    }
}
