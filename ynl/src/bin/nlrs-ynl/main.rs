// SPDX-License-Identifier: MIT OR Apache-2.0
//! nlrs-ynl: any netlink family from the command line.

mod args;
mod show;

use args::{Action, Args};
use nlrs_ynl::describe::{self, Section};
use nlrs_ynl::{Error, Events, Family, OpenOptions, Result, flags};
use serde_json::Value;
use serde_json::value::RawValue;
use show::Style;
use std::collections::HashMap;
use std::io::{self, BufWriter, Read, Write};
use std::process::ExitCode;
use std::time::{Duration, Instant};

/// NLRS_STOP, NLRS_EOVERRUN and NLRS_ETIMEDOUT of nlrs.h.
const STOP: i32 = 1;
const OVERRUN: i32 = -0x10006;
const TIMED_OUT: i32 = -0x10008;
/// NLRS_EABORTED, in digits.
const ABORTED: &str = "-65548";

fn main() -> ExitCode {
    let args = args::parse();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        // The reader of the output has closed it.
        Err(error) if error.code == -libc::EPIPE => ExitCode::SUCCESS,
        Err(error) => {
            if args.output_json {
                eprintln!("{}", error.to_json());
            } else {
                eprintln!("nlrs-ynl: {error}");
            }
            ExitCode::FAILURE
        }
    }
}

fn io_error(error: &io::Error) -> Box<Error> {
    Error::new(error.raw_os_error().map_or(-libc::EIO, |code| -code), error.to_string())
}

fn run(args: &Args) -> Result<()> {
    let mut out = BufWriter::new(io::stdout().lock());
    match &args.action {
        Action::Generate(what) => generate(what, &mut out).map_err(|error| io_error(&error))?,
        Action::ListFamilies => list_families(args, &mut out)?,
        _ => {
            let Some(name) = &args.family else {
                return Err(Error::new(-libc::EINVAL, "--family or --spec is needed; --help shows all"));
            };
            let family = Family::open_with(name, OpenOptions { no_schema: args.no_schema })?;
            if let Some(namespace) = &args.netns {
                family.set_namespace(namespace);
            }
            if let Some(seconds) = args.timeout {
                family.set_timeout(milliseconds(seconds));
            }
            with_family(args, &family, &mut out)?;
        }
    }
    out.flush().map_err(|error| io_error(&error))
}

fn milliseconds(seconds: f64) -> i64 {
    i64::try_from(Duration::try_from_secs_f64(seconds).unwrap_or(Duration::MAX).as_millis()).unwrap_or(i64::MAX)
}

/// Completions and the manual page, for `make install`.
fn generate(what: &str, out: &mut dyn Write) -> io::Result<()> {
    if what == "man" {
        return clap_mangen::Man::new(args::command()).render(out);
    }
    if let Ok(shell) = what.parse::<clap_complete::Shell>() {
        clap_complete::generate(shell, &mut args::command(), "nlrs-ynl", out);
    }
    Ok(())
}

fn list_families(args: &Args, out: &mut dyn Write) -> Result<()> {
    let families = describe::families();
    let written = if args.output_json || Style::of_output() == Style::Lines {
        show::reply(Style::Lines, &families, out)
    } else {
        show::reply(Style::Indented, &families, out)
    };
    written.map_err(|error| io_error(&error))
}

/// Writes replies as they come: lines, or one text.
struct Output<'a> {
    out: &'a mut dyn Write,
    style: Style,
    /// All in one text, as the kernel's tool writes it.
    whole: bool,
    count: usize,
    failed: Option<io::Error>,
}

impl Output<'_> {
    fn reply(&mut self, json: &[u8]) -> i32 {
        let separator: &[u8] = match (self.whole, self.style, self.count) {
            (true, _, 0) => b"[",
            (true, ..) => b", ",
            (false, Style::Indented, 1..) => b"\n",
            _ => b"",
        };
        self.count = self.count.saturating_add(1);
        let written = self.out.write_all(separator).and_then(|()| match self.whole {
            true => self.out.write_all(json),
            false => show::reply(self.style, json, self.out),
        });
        match written {
            Ok(()) => 0,
            Err(error) => {
                self.failed = Some(error);
                STOP
            }
        }
    }

    fn end(self) -> Result<()> {
        if let Some(error) = self.failed {
            return Err(io_error(&error));
        }
        if self.whole {
            let end: &[u8] = if self.count == 0 { b"[]\n" } else { b"]\n" };
            self.out.write_all(end).map_err(|error| io_error(&error))?;
        }
        Ok(())
    }
}

fn with_family(args: &Args, family: &Family, out: &mut BufWriter<io::StdoutLock<'_>>) -> Result<()> {
    let style = if args.output_json { Style::Lines } else { Style::of_output() };
    let mut events = None;
    if !args.subscribe.is_empty() {
        let groups: Vec<&str> = args.subscribe.iter().map(String::as_str).collect();
        events = Some(family.events_with(&groups, 1 << 20)?);
    }
    if let (Some(events), Some(seconds)) = (&mut events, args.sleep) {
        follow(events, Some(seconds), style, out)?;
    } else if let Some(seconds) = args.sleep {
        std::thread::sleep(Duration::try_from_secs_f64(seconds).unwrap_or_default());
    }
    act(args, family, style, out)?;
    match (&mut events, &args.action, args.duration) {
        (Some(events), _, Some(seconds)) => follow(events, Some(seconds), style, out),
        (Some(events), Action::None, None) if args.sleep.is_none() => follow(events, None, style, out),
        // What came meanwhile.
        (Some(events), ..) => follow(events, Some(0.0), style, out),
        (None, Action::None, _) => {
            Err(Error::new(-libc::EINVAL, "nothing to do: --do, --dump, --subscribe … ; --help shows all"))
        }
        (None, ..) => Ok(()),
    }
}

fn act(args: &Args, family: &Family, style: Style, out: &mut BufWriter<io::StdoutLock<'_>>) -> Result<()> {
    match &args.action {
        Action::Do(operation) => {
            let text = family.call(operation, &input(args)?, args.flags)?;
            show::reply(style, &text, out).map_err(|error| io_error(&error))
        }
        Action::Dump(operation) => {
            let input = input(args)?;
            let mut output = Output { out, style, whole: args.output_json, count: 0, failed: None };
            family.request(operation, &input, args.flags | flags::DUMP, &mut |reply| output.reply(reply))?;
            output.end()
        }
        Action::Multi(requests) => multi(args, family, requests, style, out),
        Action::ListOps => list_operations(family, false, out),
        Action::ListMsgs => list_operations(family, true, out),
        Action::ListAttrs(operation) => list_attributes(family, operation.as_deref(), style, out),
        Action::Policy(operation) => policy(args, family, operation, style, out),
        Action::None | Action::ListFamilies | Action::Generate(_) => Ok(()),
    }
}

/// The JSON of the request.
fn input(args: &Args) -> Result<Vec<u8>> {
    let Some(text) = &args.json else { return Ok(Vec::new()) };
    let mut input = Vec::new();
    let read = match text.strip_prefix('@') {
        Some(file) => std::fs::File::open(file).and_then(|mut file| file.read_to_end(&mut input)),
        None if text == "-" => io::stdin().read_to_end(&mut input),
        None => return Ok(text.clone().into_bytes()),
    };
    read.map_err(|error| io_error(&error))?;
    Ok(input)
}

fn multi(
    args: &Args,
    family: &Family,
    requests: &[(String, String)],
    style: Style,
    out: &mut BufWriter<io::StdoutLock<'_>>,
) -> Result<()> {
    let mut words = Vec::new();
    for (name, bit) in [
        ("create", flags::CREATE),
        ("excl", flags::EXCL),
        ("replace", flags::REPLACE),
        ("append", flags::APPEND),
        ("echo", flags::ECHO),
    ] {
        if args.flags & bit != 0 {
            words.push(format!("\"{name}\""));
        }
    }
    let items: Vec<String> = requests
        .iter()
        .map(|(operation, json)| {
            let operation = Value::String(operation.clone());
            format!("{{\"do\": {operation}, \"json\": {json}, \"flags\": [{}]}}", words.join(", "))
        })
        .collect();
    let mut output = Output { out, style, whole: args.output_json, count: 0, failed: None };
    let mut refused: Option<(String, String)> = None;
    let mut was_aborted = false;
    let result = family.batch(format!("[{}]", items.join(",")).as_bytes(), &mut |result| {
        let Ok(result) = serde_json::from_slice::<HashMap<&str, &RawValue>>(result) else { return 0 };
        // Of a transaction that was refused, the message that was the reason is more useful than those that were not
        // applied for it.
        let aborted = result.get("code").is_some_and(|code| code.get() == ABORTED);
        if let Some(error) = result.get("error").filter(|_| refused.is_none() || (was_aborted && !aborted)) {
            let index = result.get("index").map_or("?", |index| index.get());
            refused = Some((index.to_owned(), error.to_string()));
            was_aborted = aborted;
        }
        output.reply(result.get("reply").map_or("null", |reply| reply.get()).as_bytes())
    });
    output.end()?;
    match (result, refused) {
        (Err(mut error), Some((index, reason))) => {
            error.message = format!("{}, among them number {index}: {reason}", error.message);
            Err(error)
        }
        (result, _) => result,
    }
}

/// Shows events until the time is over; without a time, until the program is ended.
fn follow(
    events: &mut Events,
    seconds: Option<f64>,
    style: Style,
    out: &mut BufWriter<io::StdoutLock<'_>>,
) -> Result<()> {
    let end = seconds.and_then(|seconds| Instant::now().checked_add(Duration::try_from_secs_f64(seconds).ok()?));
    loop {
        let left = end.map(|end| end.saturating_duration_since(Instant::now()).as_millis());
        events.set_timeout(left.map_or(-1, |left| i64::try_from(left).unwrap_or(i64::MAX)));
        match events.next() {
            Ok(event) => show::reply(style, event, out).and_then(|()| out.flush()).map_err(|error| io_error(&error))?,
            Err(error) if error.code == TIMED_OUT || error.code == -libc::EAGAIN => return Ok(()),
            Err(error) if error.code == OVERRUN => eprintln!("nlrs-ynl: {error}"),
            Err(error) => return Err(error),
        }
    }
}

fn described(family: &Family, section: Section, name: Option<&str>) -> Result<Value> {
    let text = family.describe(section, name)?;
    serde_json::from_slice(&text).map_err(|error| Error::new(-libc::EIO, error.to_string()))
}

fn list_operations(family: &Family, events: bool, out: &mut dyn Write) -> Result<()> {
    let operations = described(family, Section::Operations, None)?;
    for operation in operations.as_array().into_iter().flatten() {
        let name = operation.get("name").and_then(Value::as_str).unwrap_or_default();
        let mut words: Vec<&str> = ["do", "dump"].into_iter().filter(|word| operation.get(*word).is_some()).collect();
        if operation.get("event").is_some() {
            words.push(if operation.get("notify").is_some() { "notify" } else { "event" });
        }
        let is_request = operation.get("do").is_some() || operation.get("dump").is_some();
        if is_request || events {
            writeln!(out, "{name}  [ {} ]", words.join(", ")).map_err(|error| io_error(&error))?;
        }
    }
    Ok(())
}

fn list_attributes(family: &Family, operation: Option<&str>, style: Style, out: &mut dyn Write) -> Result<()> {
    let set = match operation {
        None => None,
        Some(operation) => {
            let operation = described(family, Section::Operations, Some(operation))?;
            match operation.get("attribute-set").and_then(Value::as_str) {
                Some(set) => Some(set.to_owned()),
                None => return Ok(()),
            }
        }
    };
    let text = family.describe(Section::AttributeSets, set.as_deref())?;
    show::reply(style, &text, out).map_err(|error| io_error(&error))
}

/// Shows the kernel's policy for the attributes of an operation.
fn policy(
    args: &Args,
    family: &Family,
    operation: &str,
    style: Style,
    out: &mut BufWriter<io::StdoutLock<'_>>,
) -> Result<()> {
    let description = described(family, Section::Operations, Some(operation))?;
    let number = ["do", "dump"]
        .into_iter()
        .find_map(|word| description.get(word)?.get("request")?.get("value")?.as_u64())
        .ok_or_else(|| Error::new(-libc::EINVAL, format!("'{operation}' is no operation that can be requested")))?;
    let control = Family::open("nlctrl")?;
    if let Some(namespace) = &args.netns {
        control.set_namespace(namespace);
    }
    let request = serde_json::json!({"family-name": family.name(), "op": number}).to_string();
    let mut output = Output { out, style, whole: args.output_json, count: 0, failed: None };
    control.request("getpolicy", request.as_bytes(), flags::DUMP, &mut |reply| output.reply(reply))?;
    output.end()
}
