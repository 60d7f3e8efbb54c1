#!/usr/bin/perl
# Perl's Net::EPP (CentralNic) lives through ten years of a name, with the extensions that the greeting announces: every
# stage, every message and every balance. Time is driven by the registry's operator.
#
# Usage: net_epp_years.pl DEMO.JSON BINARY
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Driver;

my ($target, $binary) = @ARGV;
my $demo = read_demo($target);

sub admin {
    my @command = ($binary, 'admin', '--target', $target, @_);
    open(my $output, '-|', @command) or die "cannot start $binary: $!";
    my $text = join('', <$output>);
    close($output) or die "FAILED: @command: $text";
    return $text;
}

sub days { admin('clock', 'advance', '--days', $_[0]) }

# A command with the fee extension, as text: Net::EPP knows no fees.
sub command {
    my ($epp, $body, $extension) = @_;
    $extension = $extension ? "<extension>$extension</extension>" : '';
    my $response = $epp->request(qq(<?xml version="1.0" encoding="UTF-8" standalone="no"?>
        <epp xmlns="urn:ietf:params:xml:ns:epp-1.0"><command>$body$extension<clTRID>YEARS</clTRID></command></epp>));
    ok($response, 'an answer');
    return $response;
}

sub value { my ($response, $element) = @_; my ($found) = $response->getElementsByLocalName($element); return $found ? $found->textContent : undef }

sub rgp { my ($response) = @_; return join(' ', map { $_->getAttribute('s') } $response->getElementsByLocalName('rgpStatus')) }

sub info { return command($_[0], qq(<info><domain:info xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"><domain:name>$_[1]</domain:name></domain:info></info>)) }

sub balance { return value(command($_[0], '<info><balance:info xmlns:balance="http://www.verisign.com/epp/balance-1.0"/></info>'), 'balance') }

sub fee { my ($element, $amount) = @_; return qq(<fee:$element xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0"><fee:currency>EUR</fee:currency><fee:fee>$amount</fee:fee></fee:$element>) }

my $domain_ns = 'xmlns:domain="urn:ietf:params:xml:ns:domain-1.0"';
my ($name, $secret) = ('years.test', 'Pl1-Zk4Qm7Xc2Vb8Nn5RtYw');

admin(qw(price set test --currency EUR --create 10.00 --renew 12.00 --transfer 9.00 --restore 50.00));
for (['registrar-a', '500.00'], ['registrar-b', '100.00']) {
    admin('billing', 'open', $_->[0], '--currency', 'EUR', '--threshold', '20.00');
    admin('billing', 'pay', $_->[0], $_->[1], '--reason', 'wire');
}
my ($a, $b) = map { connected_as($demo, $_) } @{$demo->{registrars}}[0, 1];
is(balance($a), '500.00', 'balance after the payment');

# What it costs is asked, agreed to and charged.
my $check = command($a, qq(<check><domain:check $domain_ns><domain:name>$name</domain:name></domain:check></check>),
    '<fee:check xmlns:fee="urn:ietf:params:xml:ns:epp:fee-1.0"><fee:command name="create"/><fee:command name="restore"/></fee:check>');
is(join(' ', map { $_->textContent } $check->getElementsByLocalName('fee')), '10.00 50.00', 'fees of create and restore');
sub create {
    return command($a, qq(<create><domain:create $domain_ns><domain:name>$name</domain:name><domain:period unit="y">1</domain:period>
        <domain:authInfo><domain:pw>$secret</domain:pw></domain:authInfo></domain:create></create>), fee('create', $_[0]));
}
is(create('9.99')->code, 2004, 'a create for less');
my $created = create('10.00');
is($created->code, 1000, 'create');
is(value($created, 'balance'), '490.00', 'balance in the answer to the create');
my ($line) = $created->getElementsByLocalName('fee');
is($line->getAttribute('grace-period'), 'P5D', 'the add grace period of the fee');
is(rgp(info($a, $name)), 'addPeriod', 'a new name');
days(5);
is(rgp(info($a, $name)), '', 'a name of five days');
drain($_) for $a, $b;

# Eight times nobody renews it, so the registry does, charges for it and says so.
my $year = substr(value(info($a, $name), 'exDate'), 0, 4);
for my $past (1 .. 8) {
    admin('clock', 'advance', '--to', value(info($a, $name), 'exDate'));
    my $response = info($a, $name);
    is(substr(value($response, 'exDate'), 0, 4), $year + $past, "expiry after $past auto-renewals");
    is(rgp($response), 'autoRenewPeriod', "after auto-renewal $past");
    is(balance($a), sprintf('%.2f', 490 - 12 * $past), "balance after auto-renewal $past");
    my @messages = drain($a);
    is(scalar @messages, 1, "one message of auto-renewal $past");
    ok($messages[0] =~ /<changePoll:operation>autoRenew</ && $messages[0] =~ /<domain:name>\Q$name\E</, "message $past is RFC 8590's");
}

# Deleted in the auto-renew grace period, restored by request and report.
is(command($a, qq(<delete><domain:delete $domain_ns><domain:name>$name</domain:name></domain:delete></delete>))->code, 1001, 'delete');
is(balance($a), '406.00', 'the last auto-renewal is given back');
is(rgp(info($a, $name)), 'redemptionPeriod', 'a deleted name');
sub restore {
    my ($op, $report, $fee) = @_;
    return command($a, qq(<update><domain:update $domain_ns><domain:name>$name</domain:name><domain:chg/></domain:update></update>),
        qq(<rgp:update xmlns:rgp="urn:ietf:params:xml:ns:rgp-1.0"><rgp:restore op="$op">$report</rgp:restore></rgp:update>) . ($fee // ''));
}
days(10);
is(restore('request', '', fee('update', '49.00'))->code, 2004, 'a restore for less');
my $restored = restore('request', '', fee('update', '62.00'));
is($restored->code, 1000, 'restore request');
is(rgp($restored), 'pendingRestore', 'a name that is being restored');
my $now = value($a->greeting, 'svDate');
my $report = '<rgp:report><rgp:preData>before</rgp:preData><rgp:postData>after</rgp:postData><rgp:delTime>2020-01-01T00:00:00Z</rgp:delTime>'
    . '<rgp:resTime>2020-01-02T00:00:00Z</rgp:resTime><rgp:resReason>Registrant error.</rgp:resReason>'
    . '<rgp:statement>Not for ourselves.</rgp:statement><rgp:statement>True.</rgp:statement></rgp:report>';
is(restore('report', $report)->code, 1000, 'restore report');
is(rgp(info($a, $name)), '', 'a restored name');
is(balance($a), '344.00', 'the restore and the year that had run out are charged');
is(value(info($a, $name), 'clID'), 'registrar-a', 'its sponsor');

# A transfer that nobody answers.
drain($_) for $a, $b;
days(60);
command($a, qq(<update><domain:update $domain_ns><domain:name>$name</domain:name><domain:chg><domain:authInfo><domain:pw>$secret</domain:pw></domain:authInfo></domain:chg></domain:update></update>));
my $before = substr(value(info($a, $name), 'exDate'), 0, 4);
my $request = command($b, qq(<transfer op="request"><domain:transfer $domain_ns><domain:name>$name</domain:name><domain:authInfo><domain:pw>$secret</domain:pw></domain:authInfo></domain:transfer></transfer>), fee('transfer', '9.00'));
is($request->code, 1001, 'transfer request');
is(balance($b), '91.00', 'the transfer is charged when it is asked for');
days(5);
my $moved = info($b, $name);
is(value($moved, 'clID'), 'registrar-b', 'sponsor after five days of silence');
is(substr(value($moved, 'exDate'), 0, 4), $before + 1, 'the year that the transfer adds');
is(rgp($moved), 'transferPeriod', 'a transferred name');
ok((grep { /serverApproved/ } drain($a)), 'the losing registrar is told');
ok((grep { /serverApproved/ } drain($b)), 'the gaining registrar is told');

# Renewed and deleted in two grace periods, and gone at the moment that was said.
my $expiry = substr(value($moved, 'exDate'), 0, 10);
my $renewed = command($b, qq(<renew><domain:renew $domain_ns><domain:name>$name</domain:name><domain:curExpDate>$expiry</domain:curExpDate></domain:renew></renew>));
is($renewed->code, 1000, 'renew');
is(value($renewed, 'balance'), '79.00', 'balance after the renewal');
is(rgp(info($b, $name)), 'renewPeriod transferPeriod', 'two grace periods at once');
my $deleted = command($b, qq(<delete><domain:delete $domain_ns><domain:name>$name</domain:name></domain:delete></delete>));
is($deleted->code, 1001, 'the last delete');
is(value($deleted, 'balance'), '100.00', 'both are given back');
days(30);
is(rgp(info($b, $name)), 'pendingDelete', 'a name that can no longer be restored');
days(5);
is(info($b, $name)->code, 2303, 'a purged name');
ok((grep { /panData/ && /paResult="1"/ } drain($b)), 'the purge is told with the transaction that asked for it');

my $statement = admin('billing', 'statement', 'registrar-a', '--csv');
is(scalar(() = $statement =~ /,auto-renew,/g), 8, 'auto-renewals in the statement');
is(scalar(() = $statement =~ /\n/g), 1 + 1 + 1 + 8 + 1 + 2, 'lines of the statement: head, payment, create, auto-renewals, refund, restore and its year');

ok($_->logout, 'logout') for $a, $b;
printf("Net::EPP, ten years: %d steps passed\n", steps());
