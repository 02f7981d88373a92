// SPDX-License-Identifier: MIT OR Apache-2.0
//! A monitor that follows groups: datagrams of one and more messages, malformed, cut and foreign ones, of other namespaces, what the
//! kernel says of losses, and losses of which it says it.

use crate::wire::{DONE, ERROR, Mouth, NOOP, OVERRUN, Wire, message, u16_at, u32_at};
use core::ffi::c_int;
use core::ptr::{null, null_mut};
use nlrs::event::*;
use nlrs::monitor::*;
use proptest::prelude::*;

const USERSOCK: c_int = 2;

#[derive(Clone, Debug)]
struct Datagram {
    portid: u32,
    group: u32,
    nsid: i32,
    /// The type of each message.
    types: Vec<u16>,
    /// What follows the last message is none.
    is_malformed: bool,
}

#[derive(Clone, Debug)]
enum Step {
    Datagram(Datagram),
    /// The receive buffer has overflowed.
    Overflow,
    /// A datagram that is longer than the buffer.
    Cut,
    /// A signal, or what a system call fails with.
    Fail(c_int),
    /// Read until there is nothing more.
    Drain,
}

fn step() -> impl Strategy<Value = Step> {
    let ty = prop_oneof![
        12 => 16u16..0x200,
        1 => Just(NOOP),
        1 => Just(ERROR),
        1 => Just(DONE),
        1 => Just(OVERRUN),
    ];
    let portid = prop_oneof![8 => Just(0), 1 => 1u32..5000];
    let nsid = prop_oneof![4 => Just(-1), 1 => 0..9];
    let datagram = (portid, 0u32..40, nsid, prop::collection::vec(ty, 0..5), prop::bool::weighted(0.1)).prop_map(
        |(portid, group, nsid, types, is_malformed)| {
            Step::Datagram(Datagram { portid, group, nsid, types, is_malformed })
        },
    );
    prop_oneof![
        12 => datagram,
        1 => Just(Step::Overflow),
        1 => Just(Step::Cut),
        1 => prop::sample::select(vec![-libc::EINTR, -libc::ENOMEM, -libc::ENETDOWN]).prop_map(Step::Fail),
        4 => Just(Step::Drain),
    ]
}

/// What the caller is told.
#[derive(Clone, Debug, PartialEq)]
enum Told {
    Message { ty: u16, number: u32, group: u32, nsid: i32 },
    Overrun,
    Code(c_int),
}

#[derive(Default)]
struct Model {
    /// What is to be told, in order; None: something is lost here, which is told here or later.
    expected: Vec<Option<Told>>,
    received: u64,
    delivered: u64,
    filtered: u64,
    foreign: u64,
    overruns: u64,
    /// Datagrams that are known to be lost.
    cut: u64,
    numbers: u32,
}

impl Model {
    /// Has the peer say it.
    fn say(&mut self, wire: &Wire, step: &Step) {
        let mouth = Mouth(wire.peer);
        match step {
            Step::Datagram(datagram) => self.datagram(mouth, datagram),
            Step::Overflow => {
                self.expected.push(None);
                wire.receive_fails(-libc::ENOBUFS);
            }
            Step::Cut => {
                self.expected.push(None);
                self.received += 1;
                self.cut += 1;
                wire.receive_cut(&message(77, 0, 1, &[0; 4]));
            }
            Step::Fail(code) => {
                // A signal is nobody's affair.
                self.expected.extend((*code != -libc::EINTR).then_some(Some(Told::Code(*code))));
                wire.receive_fails(*code);
            }
            Step::Drain => {}
        }
    }

    fn datagram(&mut self, mouth: Mouth, datagram: &Datagram) {
        let Datagram { portid, group, nsid, .. } = *datagram;
        self.received += 1;
        self.foreign += u64::from(portid != 0);
        let mut bytes = Vec::new();
        for &ty in &datagram.types {
            self.numbers += 1;
            let number = self.numbers;
            bytes.extend(message(ty, 0, number / 3, &number.to_ne_bytes()));
            let told = match ty {
                NOOP => None,
                OVERRUN => Some(Told::Overrun),
                _ => Some(Told::Message { ty, number, group, nsid }),
            };
            if portid == 0 {
                self.filtered += u64::from(told.is_none());
                self.expected.extend(told.map(Some));
            }
        }
        if datagram.is_malformed {
            // A header whose length is more than there is.
            bytes.extend(&message(88, 0, 0, &[0; 40])[..20]);
            self.expected.extend((portid == 0).then_some(Some(Told::Code(-libc::EBADMSG))));
        }
        mouth.by(portid, group, nsid, |mouth| mouth.event(&bytes));
    }

    /// Compares what the caller was told until there was nothing more.
    fn check(&mut self, told: &[Told]) -> Result<(), String> {
        let mut expected = core::mem::take(&mut self.expected).into_iter().peekable();
        // Losses so far that were not told one by one, and whether there was an overrun behind the last of them.
        let (mut losses, mut is_told) = (0, true);
        for (i, told) in told.iter().enumerate() {
            while expected.next_if(Option::is_none).is_some() {
                losses += 1;
                is_told = false;
            }
            self.delivered += u64::from(!matches!(told, Told::Code(_)));
            self.overruns += u64::from(*told == Told::Overrun);
            if expected.next_if(|next| next.as_ref() == Some(told)).is_some() {
                continue;
            }
            // Behind what came before it a loss is told, by itself or together with others.
            is_told = true;
            losses -= 1;
            if *told != Told::Overrun || losses < 0 {
                return Err(format!("{i}: {told:?} in place of {:?}", expected.peek()));
            }
        }
        let mut left = expected.skip_while(|left| {
            is_told &= left.is_some();
            left.is_none()
        });
        match left.next() {
            Some(left) => Err(format!("not told: {left:?}")),
            None if !is_told => Err("a loss was not told".into()),
            None => Ok(()),
        }
    }
}

/// More than any schedule has to tell.
const TOO_MANY: usize = 1000;

/// Everything that there is to be told.
///
/// # Safety
/// An open monitor that does not wait.
unsafe fn drain(m: *mut MonitorHandle) -> Vec<Told> {
    let mut all = Vec::new();
    loop {
        let mut event = null();
        // SAFETY: the caller's promise; the event lives until the next call.
        let told = unsafe {
            match nlrs_monitor_next(m, &mut event) {
                1 => told_by(event),
                code if code == -libc::EAGAIN => return all,
                code => Told::Code(code),
            }
        };
        all.push(told);
        assert!(all.len() < TOO_MANY, "no end of it");
    }
}

/// # Safety
/// An event that lives.
unsafe fn told_by(event: *const EventView) -> Told {
    // SAFETY: the caller's promise.
    unsafe {
        if nlrs_event_kind(event) == NLRS_EVENT_OVERRUN {
            assert!(nlrs_event_message(event).is_null());
            return Told::Overrun;
        }
        assert_eq!(nlrs_event_kind(event), NLRS_EVENT_MESSAGE);
        let (mut data, mut len) = (core::ptr::null(), 0);
        assert_eq!(nlrs_event_data(event, &mut data, &mut len), 0);
        let bytes = core::slice::from_raw_parts(data.cast::<u8>(), len);
        Told::Message {
            ty: u16_at(bytes, 4),
            number: u32_at(bytes, 16),
            group: nlrs_event_group(event),
            nsid: nlrs_event_nsid(event),
        }
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let wire = Wire::new(USERSOCK, None, null_mut());
    let mut m = null_mut();
    // SAFETY: the sockets are open until the monitor is closed.
    prop_assert_eq!(unsafe { nlrs_monitor_open_on(wire.socket, null_mut(), &mut m) }, 0);
    // SAFETY: an open monitor.
    prop_assert_eq!(unsafe { nlrs_monitor_set_timeout(m, 0) }, 0);
    let mut model = Model::default();
    let mut result = Ok(());
    for step in steps.iter().chain([&Step::Drain]) {
        model.say(&wire, step);
        if matches!(step, Step::Drain) {
            // SAFETY: an open monitor.
            result = result.and(model.check(&unsafe { drain(m) }));
        }
    }
    // SAFETY: as above.
    let count = |which| unsafe { nlrs_monitor_counter(m, which) };
    let counted = [
        (NLRS_COUNT_RECEIVED, model.received),
        (NLRS_COUNT_DELIVERED, model.delivered),
        (NLRS_COUNT_FILTERED, model.filtered),
        (NLRS_COUNT_OVERRUNS, model.overruns),
        (NLRS_COUNT_LOST, model.cut),
        (NLRS_COUNT_RESYNCS, 0),
        (NLRS_COUNT_FOREIGN, model.foreign),
    ];
    let other: Vec<_> = counted.into_iter().filter(|&(which, expected)| count(which) != expected).collect();
    // SAFETY: closed once.
    unsafe { nlrs_monitor_close(m) };
    prop_assert_eq!(result, Ok(()), "{:?}", steps);
    prop_assert_eq!(other, [], "counters other than expected after {:?}", steps);
    Ok(())
}

proptest! {
    #![proptest_config(crate::config())]
    #[test]
    fn a_monitor_tells_what_came(steps in prop::collection::vec(step(), 1..40)) {
        run(&steps)?;
    }
}
