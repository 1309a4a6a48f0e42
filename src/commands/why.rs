//! `why`: the cause of one call, or the causes of many.

use anyhow::{anyhow, bail};

use super::Status;
use super::choice::{Chosen, choose};
use super::inputs::Inputs;
use super::output::Output;
use crate::calls::{Causes, verdict};
use crate::cli::{Terminal, WhyArgs, WhyFormat};
use crate::engine::{JudgedCall, Knows, judge_calls, judge_one};
use crate::report::counted;
use crate::report::ladder::{json_cut, markdown_cut};
use crate::report::why::{
    Subject, account, account_json, account_markdown, account_text, causes_json, causes_markdown, causes_text,
};
use crate::rules::RuleOptions;

/// Runs `why`.
pub(super) fn why(args: &WhyArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    if args.format != WhyFormat::Text && args.width.is_some() {
        bail!("`--width` goes with `--format text` alone");
    }
    if args.all { causes(args, terminal) } else { verdicts(args, terminal) }
}

fn causes(args: &WhyArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rules = RuleOptions::default();
    let mut output = Output::open(args.output.output.as_deref())?;
    let mut inputs = Inputs::open(&args.input, terminal)?;
    let analysis = inputs.analyse(&rules, |(): &mut (), _, _| {}, |_| Ok(()))?;
    inputs.say_damage(&analysis);
    let filter = args.choice.filter.filter(analysis.totals.newest).map_err(|text| anyhow!(text))?;
    let log = analysis.log(inputs.threads, Knows::Causes)?;
    let work = |causes: &mut Causes, call: JudgedCall<'_, '_>| {
        let JudgedCall { timeline, outcome, .. } = call;
        if filter.chooses(timeline, outcome) {
            causes.add(timeline, outcome, &verdict(timeline, outcome, &log), &args.choice.filter.tz);
        }
    };
    let states = judge_calls(&analysis, &rules, inputs.threads, Default::default, work)?;
    let mut whole = Causes::default();
    states.into_iter().for_each(|causes| whole.merge(causes));
    match args.format {
        WhyFormat::Text => {
            let (width, color) = style(args, terminal);
            output.put(causes_text(&whole, width, color).as_bytes())?;
        }
        WhyFormat::Json => output.put(&causes_json(&whole))?,
        WhyFormat::Markdown => output.put(causes_markdown(&whole).as_bytes())?,
    }
    inputs.finish(output)?;
    Ok(inputs.status())
}

/// Columns that text may take up, and whether it is coloured.
fn style(args: &WhyArgs, terminal: &Terminal) -> (usize, bool) {
    let file = args.output.output.as_deref();
    (args.width.unwrap_or_else(|| terminal.width(file)), terminal.colors(file))
}

fn verdicts(args: &WhyArgs, terminal: &Terminal) -> anyhow::Result<Status> {
    let rules = RuleOptions::default();
    let (choice, rest) = args.choice.split(&args.input.inputs).map_err(|text| anyhow!(text))?;
    let (width, color) = style(args, terminal);
    let mut output = Output::open(args.output.output.as_deref())?;
    let mut inputs = Inputs::open_named(rest, &args.input, terminal)?;
    let Chosen { analysis, calls, left_out, seen } = choose(&mut inputs, &rules, &choice, &args.choice)?;
    let log = analysis.log(inputs.threads, Knows::Everyone)?;
    let sources = inputs.sources.names();
    let zone = &args.choice.filter.tz;
    for (number, index) in calls.iter().enumerate() {
        let account = judge_one(&analysis, *index, &rules, |JudgedCall { timeline, outcome, .. }| {
            let verdict = verdict(timeline, outcome, &log);
            let subject = Subject { timeline, outcome, log: &log, seen: &seen, sources: &sources, zone };
            account(&subject, &verdict)
        });
        if number > 0 && args.format != WhyFormat::Json {
            output.put(b"\n")?;
        }
        match args.format {
            WhyFormat::Text => output.put(account_text(&account, width, color).as_bytes())?,
            WhyFormat::Json => output.put(&account_json(&account))?,
            WhyFormat::Markdown => output.put(account_markdown(&account).as_bytes())?,
        }
    }
    match args.format {
        WhyFormat::Text => {}
        WhyFormat::Json => output.put(&json_cut(left_out))?,
        WhyFormat::Markdown => output.put(&markdown_cut(left_out))?,
    }
    inputs.finish(output)?;
    if calls.is_empty() && left_out == 0 {
        terminal.note("the filters choose no call");
    }
    if left_out > 0 {
        let more = counted(left_out, "more call");
        terminal
            .note(&format!("{more} chosen and not shown; `--limit` shows more, `--all` counts their causes"));
    }
    Ok(inputs.status())
}
