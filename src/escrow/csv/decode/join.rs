//! The objects of a kind: records put together by what names them. Where each file has its records in the order of the parent's,
//! they are read side by side; where one has not, all are sorted first.

use std::collections::{HashMap, VecDeque};
use std::io;
use std::path::Path;

use super::bind::{Bound, Kind};
use super::objects::Records;
use super::row::Row;
use super::sort::{Sorted, Sorter};
use super::stream::{Files, Item, Order, Stream, judge};
use super::values::{Notes, Record};
use crate::base::limits::ESCROW_OBJECT_BYTES;
use crate::escrow::csv::table::{HOST, ROID};
use crate::escrow::object::{Object, ObjectKind};
use crate::escrow::xml::{Event, Fault, Rule};

/// What is told: the number of a file, if it is not of the XML; the line; and what is there.
pub(super) type Told = (Option<u32>, u64, Event);

fn told((file, fault): (Option<u32>, Fault)) -> Told {
    (file, fault.line, Event::Fault(fault))
}

/// Faults, and of which file they are.
pub(super) type Faults = Vec<(Option<u32>, Fault)>;

/// The records of a kind, from the beginning.
fn streams(kind: &Kind, first: u32) -> Vec<Stream> {
    let mut file = first;
    let stream = |(place, bound): (usize, &Bound)| {
        let number = file;
        file += u32::try_from(bound.files.len()).unwrap_or(u32::MAX);
        Stream::new(u16::try_from(place).unwrap_or(u16::MAX), bound, number, place >= kind.parents)
    };
    kind.all.iter().enumerate().map(stream).collect()
}

/// That all files are there, and have their checksums. `false`: one is not, and nothing is read of the kind.
pub(super) fn are_there(kind: &Kind, files: &impl Files, faults: &mut Faults) -> io::Result<bool> {
    let mut are_there = true;
    for file in kind.all.iter().flat_map(|bound| &bound.files) {
        if let Some(fault) = judge(file, files)? {
            are_there &= fault.rule != Rule::File;
            faults.push((None, fault));
        }
    }
    Ok(are_there)
}

/// The names and ROIDs of the hosts in CSV files, for a sorter by ROID.
pub(super) fn hosts(kind: &Kind, files: &impl Files, sorter: &mut Sorter) -> io::Result<()> {
    for mut stream in streams(kind, 0).into_iter().take(kind.parents) {
        let name = stream.bound().place(HOST);
        while let Some(item) = stream.next(files)? {
            if let Item::Row(Some(roid), row) = item
                && let Some((name, _)) = name.and_then(|place| row.field(place))
            {
                sorter.push(roid, name.trim().as_bytes().to_vec())?;
            }
        }
    }
    Ok(())
}

/// Whether a definition calls hosts by their ROIDs.
fn calls_by_roid(bound: &Bound) -> bool {
    bound.table.name == "domainNameServers" && bound.place(HOST).is_none()
}

impl Kind {
    /// Whether names of hosts must be found by their ROIDs.
    pub(super) fn needs_hosts(&self) -> bool {
        self.all.iter().any(calls_by_roid)
    }
}

/// Where what is read lies, and what is known of what has been read.
pub(super) struct Around<'k, F> {
    pub(super) files: &'k F,
    /// Where records are sorted that do not fit into memory.
    pub(super) spill: &'k Path,
    pub(super) registrars: &'k HashMap<u64, String>,
}

/// The objects of a kind, one after the other.
pub(super) struct Join {
    kind: Kind,
    parents: VecDeque<Stream>,
    children: Vec<Stream>,
    is_sorted: bool,
}

impl Join {
    /// Of files that are there; `first` is the number of the first of them. `hosts`, by ROID, where they are needed.
    pub(super) fn open<F: Files>(
        kind: Kind,
        first: u32,
        hosts: Option<Sorter>,
        around: &Around<'_, F>,
        faults: &mut Faults,
    ) -> io::Result<Self> {
        let is_sorted = !is_in_order(streams(&kind, first), kind.parents, around.files)?;
        let mut parents = streams(&kind, first);
        let mut children = parents.split_off(kind.parents);
        if let Some(hosts) = hosts {
            children = name_hosts(children, hosts.finish()?, around, faults)?;
        }
        if is_sorted {
            children =
                children.into_iter().map(|child| sorted(vec![child], around, faults)).collect::<io::Result<_>>()?;
            parents = vec![sorted(parents, around, faults)?];
        }
        Ok(Self { kind, parents: parents.into(), children, is_sorted })
    }

    /// Tells what comes next, of which there may be nothing; `false`: that was all.
    pub(super) fn step<F: Files>(&mut self, around: &Around<'_, F>, out: &mut Vec<Told>) -> io::Result<bool> {
        let files = around.files;
        let key = loop {
            let Some(parent) = self.parents.front_mut() else { break None };
            match parent.peek(files)? {
                Some(Item::Row(key, _)) => break Some(key.clone()),
                Some(Item::Fault(..)) => {
                    if let Some(Item::Fault(file, fault)) = parent.next(files)? {
                        out.push(told((file, fault)));
                    }
                    return Ok(true);
                }
                None => drop(self.parents.pop_front()),
            }
        };
        if let Some(orphan) = self.orphan(key.as_ref(), files)? {
            out.push(told(orphan));
            return Ok(true);
        }
        let Some(key) = key else { return Ok(false) };
        let Some(parent) = self.parents.front_mut() else { return Ok(false) };
        let Some(Item::Row(_, row)) = parent.next(files)? else { return Ok(true) };
        let (children, is_whole) = self.gather(key, files, out)?;
        self.assemble(&row, &children, is_whole, around, out);
        Ok(true)
    }

    /// A record that belongs to no object, among those that should stand before the object with this key, if there is one.
    fn orphan(
        &mut self,
        key: Option<&Option<Vec<u8>>>,
        files: &impl Files,
    ) -> io::Result<Option<(Option<u32>, Fault)>> {
        for child in &mut self.children {
            let is_orphan = match (child.peek(files)?, key) {
                (Some(Item::Row(found, _)), Some(key)) => self.is_sorted && found < key,
                (Some(_), None) => true,
                _ => false,
            };
            if !is_orphan {
                continue;
            }
            return Ok(child.next(files)?.map(|item| match item {
                Item::Fault(file, fault) => (file, fault),
                Item::Row(found, row) => {
                    let element = child.bound().label(&self.kind.tables.key.label());
                    let expected = format!("an object in the files named {}", self.kind.tables.parent.name);
                    let found = String::from_utf8_lossy(&found.unwrap_or_default()).into_owned();
                    (Some(row.file), Fault::new(row.line, Rule::Parent, element, expected, &found))
                }
            }));
        }
        Ok(None)
    }

    /// The records that name the object with this key; `false`: there are too many, and some are left out.
    fn gather(
        &mut self,
        key: Option<Vec<u8>>,
        files: &impl Files,
        out: &mut Vec<Told>,
    ) -> io::Result<(Vec<Row>, bool)> {
        let (mut rows, mut size) = (Vec::new(), 0);
        for child in &mut self.children {
            while let Some(item) = child.peek(files)? {
                if matches!(item, Item::Row(found, _) if key.is_none() || *found != key) {
                    break;
                }
                match child.next(files)? {
                    Some(Item::Row(_, row)) => {
                        size += row.size();
                        if size <= ESCROW_OBJECT_BYTES {
                            rows.push(row);
                        }
                    }
                    Some(Item::Fault(file, fault)) => out.push(told((file, fault))),
                    None => break,
                }
            }
        }
        Ok((rows, size <= ESCROW_OBJECT_BYTES))
    }

    fn assemble<F>(&self, own: &Row, rows: &[Row], is_whole: bool, around: &Around<'_, F>, out: &mut Vec<Told>) {
        let bound = |row: &Row| self.kind.all.get(usize::from(row.definition));
        let Some(own) = bound(own).map(|bound| Record { bound, row: own }) else { return };
        let children = rows.iter().filter_map(|row| Some(Record { bound: bound(row)?, row })).collect();
        let records = Records { own, children };
        let mut notes = Notes { registrars: around.registrars, faults: Vec::new() };
        if !is_whole {
            let expected = format!("an object of {ESCROW_OBJECT_BYTES} octets at most");
            notes.fault(own, None, Rule::Length, &expected, "one that is longer");
        }
        // All of them, so that all faults are told.
        let mut are_whole = true;
        for at in std::iter::once(&own).chain(&records.children) {
            are_whole &= notes.whole(*at);
        }
        let event = match (are_whole, self.kind.deletes) {
            (false, _) => None,
            (true, true) => notes.delete(self.kind.kind, own).map(Event::Delete),
            (true, false) => object(&mut notes, self.kind.kind, &records),
        };
        if notes.faults.is_empty() {
            out.extend(event.map(|event| (Some(own.row.file), own.row.line, event)));
        }
        out.extend(notes.faults.into_iter().map(|(file, fault)| told((Some(file), fault))));
    }
}

/// What the records say.
fn object(notes: &mut Notes<'_>, kind: ObjectKind, records: &Records<'_>) -> Option<Event> {
    Some(Event::Object(match kind {
        ObjectKind::Registrar => Object::Registrar(notes.registrar(records.own)),
        ObjectKind::IdnTable => Object::IdnTable(notes.idn_table(records.own)),
        ObjectKind::Contact => Object::Contact(notes.contact(records)),
        ObjectKind::Host => Object::Host(notes.host(records)),
        ObjectKind::Domain => Object::Domain(Box::new(notes.domain(records))),
        ObjectKind::Nndn => Object::Nndn(notes.nndn(records.own)),
        ObjectKind::EppParams | ObjectKind::Policy => return None,
    }))
}

/// Whether all records of the children stand in the order of the objects that they name, and name one that is there.
fn is_in_order(mut streams: Vec<Stream>, parents: usize, files: &impl Files) -> io::Result<bool> {
    let mut children = streams.split_off(parents);
    if children.is_empty() {
        return Ok(true);
    }
    for mut parent in streams {
        while let Some(item) = parent.next(files)? {
            let Item::Row(Some(key), _) = item else { continue };
            for child in &mut children {
                while child
                    .peek(files)?
                    .is_some_and(|item| !matches!(item, Item::Row(found, _) if found.as_ref() != Some(&key)))
                {
                    child.next(files)?;
                }
            }
        }
    }
    for child in &mut children {
        while let Some(item) = child.next(files)? {
            if matches!(item, Item::Row(..)) {
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// The records of these streams, by their keys, as one.
fn sorted<F: Files>(streams: Vec<Stream>, around: &Around<'_, F>, faults: &mut Faults) -> io::Result<Stream> {
    let mut sorter = Sorter::new(around.spill);
    let mut last = None;
    for mut stream in streams {
        stream.sort_into(&mut sorter, around.files, faults)?;
        last = Some(stream);
    }
    let last = last.ok_or(io::ErrorKind::InvalidInput)?;
    Ok(last.sorted(sorter.finish()?, Order::Key))
}

/// Puts in the place of ROIDs the names of the hosts. The records stay in their order.
fn name_hosts<F: Files>(
    streams: Vec<Stream>,
    mut hosts: Sorted,
    around: &Around<'_, F>,
    faults: &mut Faults,
) -> io::Result<Vec<Stream>> {
    let mut by_roid = Sorter::new(around.spill);
    let mut number = 0_u64;
    let mut given = Vec::new();
    for (place, mut stream) in streams.into_iter().enumerate() {
        if !calls_by_roid(stream.bound()) {
            given.push((stream, None));
            continue;
        }
        let column = stream.bound().place(ROID).unwrap_or_default();
        while let Some(item) = stream.next(around.files)? {
            match item {
                Item::Fault(file, fault) => faults.push((file, fault)),
                Item::Row(_, row) => {
                    let roid = row.field(column).map_or("", |(text, _)| text.trim()).as_bytes().to_vec();
                    let mut packed = [(place as u64).to_be_bytes(), number.to_be_bytes()].concat();
                    row.pack(&mut packed);
                    by_roid.push(roid, packed)?;
                    number += 1;
                }
            }
        }
        given.push((stream, Some((column, Sorter::new(around.spill)))));
    }
    let mut by_roid = by_roid.finish()?;
    let mut host = hosts.next()?;
    while let Some((roid, packed)) = by_roid.next()? {
        while host.as_ref().is_some_and(|(found, _)| *found < roid) {
            host = hosts.next()?;
        }
        let Some((place, rest)) = packed.split_first_chunk::<8>() else { continue };
        let Some((order, packed)) = rest.split_first_chunk::<8>() else { continue };
        let place = usize::try_from(u64::from_be_bytes(*place)).unwrap_or(usize::MAX);
        let Some((_, Some((column, sorter)))) = given.get_mut(place) else { continue };
        let mut row = Row::unpack(packed)?;
        match host.as_ref().filter(|(found, _)| *found == roid) {
            Some((_, name)) => row.replace(*column, &String::from_utf8_lossy(name)),
            None => row.is_unresolved = true,
        }
        let mut packed = Vec::new();
        row.pack(&mut packed);
        sorter.push(order.to_vec(), packed)?;
    }
    let named = given.into_iter().map(|(stream, sorter)| match sorter {
        Some((_, sorter)) => Ok(stream.sorted(sorter.finish()?, Order::Other)),
        None => Ok(stream),
    });
    named.collect()
}
