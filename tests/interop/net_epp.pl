#!/usr/bin/perl
# Perl's Net::EPP (CentralNic) drives the registry: a domain's whole life and a transfer between two registrars.
#
# Usage: net_epp.pl DEMO.JSON
# Net::EPP::Simple sends a <hello> before nearly every command, and empty <add/>, <rem/> and <chg/> in updates.
use strict;
use warnings;
use FindBin;
use lib $FindBin::Bin;
use Driver;

sub update_contact {
    my ($epp, $change) = @_;
    my $frame = $epp->_generate_update_contact_frame($change);
    for my $group (grep { !$_->hasChildNodes } map { $frame->getElementsByLocalName($_) } qw(contact:add contact:rem)) {
        $group->parentNode->removeChild($group);
    }
    return $epp->request($frame)->code == 1000;
}

sub contact {
    my ($id, $secret) = @_;
    return {
        id => $id,
        postalInfo => {
            int => {
                name => 'John Doe', org => 'Example Inc.',
                addr => {
                    street => ['123 Example Dr.', 'Suite 100'], city => 'Dulles', sp => 'VA', pc => '20166-6503', cc => 'US',
                },
            },
        },
        voice => '+1.7035555555', fax => '+1.7035555556', email => 'jdoe@example.com', authInfo => $secret,
    };
}

my $demo = read_demo($ARGV[0]);
my ($a, $b) = map { connected_as($demo, $_) } @{$demo->{registrars}}[0, 1];
my $suffix = lc(sprintf('%x%x', time(), $$));
my ($domain, $person, $secret) = ("perl-$suffix.example", substr("PL$suffix", 0, 16), 'Pl1-Zk4Qm7Xc2Vb8Nn5RtYw');
my ($inside, $outside) = ("ns1.$domain", "ns1.perl-$suffix.invalid");

ok($a->greeting->getElementsByLocalName('svID')->size == 1, 'the greeting names the server');
ok($a->ping, 'hello is answered by a greeting');
is($a->check_domain($domain), 1, 'check of a free domain');
is($a->check_contact($person), 1, 'check of a free contact');
is($a->check_host($outside), 1, 'check of a free host');
drain($_) for $a, $b;

ok($a->create_contact(contact($person, $secret)), 'contact create');
is($a->check_contact($person), 0, 'check of a taken contact');
my $info = $a->contact_info($person, $secret);
is($info->{postalInfo}{int}{addr}{city}, 'Dulles', 'contact info, city');
is($info->{voice}, '+1.7035555555', 'contact info, voice');
ok(update_contact($a, {id => $person, chg => {email => 'new@example.com'}}), 'contact update');
is($a->contact_info($person, $secret)->{email}, 'new@example.com', 'contact info after update');

ok($a->create_host({name => $outside, addrs => []}), 'host create outside the zone');
ok($a->create_domain({
    name => $domain, period => 2, ns => [$outside], registrant => $person,
    contacts => {admin => $person, tech => $person, billing => $person}, authInfo => $secret,
}), 'domain create');
is($a->check_domain($domain), 0, 'check of a taken domain');
ok(!defined $a->create_domain({
    name => $domain, period => 1, registrant => $person, contacts => {admin => $person, tech => $person}, authInfo => $secret,
}), 'a second create of the same domain is refused');
is($Net::EPP::Simple::Code, 2302, 'code of a second create');
ok($a->create_host({name => $inside, addrs => [
    {ip => '192.0.2.2', version => 'v4'}, {ip => '2001:db8::2', version => 'v6'},
]}), 'host create inside the zone');
is(scalar @{$a->host_info($inside)->{addrs}}, 2, 'host info, addresses');
ok($a->update_host({name => $inside, add => {
    status => ['clientDeleteProhibited'], addrs => [{ip => '192.0.2.9', version => 'v4'}],
}}), 'host update');
is(scalar @{$a->host_info($inside)->{addrs}}, 3, 'host info, addresses after update');
ok($a->update_host({name => $inside, rem => {status => ['clientDeleteProhibited']}}), 'host update back');
ok($a->update_domain({name => $domain, add => {ns => [$inside], status => ['clientHold']}}), 'domain update');
$info = $a->domain_info($domain, undef, 1);
is(scalar @{$info->{ns}}, 2, 'domain info, name servers');
is($info->{hosts}[0]{name}, $inside, 'domain info, subordinate host');
is($info->{registrant}{id}, $person, 'domain info, registrant');
ok((grep { $_ eq 'clientHold' } @{$info->{status}}), 'domain info, status');
ok($a->update_domain({name => $domain, rem => {status => ['clientHold']}}), 'domain update, status off');
my $expiry = substr($info->{exDate}, 0, 10);
ok($a->renew_domain({name => $domain, cur_exp_date => $expiry, period => 1}), 'domain renew');
is(substr($a->domain_info($domain)->{exDate}, 0, 4), substr($expiry, 0, 4) + 1, 'expiry after renew');

ok(!defined $b->domain_transfer_request($domain, 'not-the-Secret-1234567', 1), 'transfer with a wrong authInfo is refused');
is($Net::EPP::Simple::Code, 2202, 'code of a transfer with a wrong authInfo');
ok($a->update_domain({name => $domain, chg => {authInfo => $secret}}), 'domain update, authInfo');
my $transfer = $b->domain_transfer_request($domain, $secret, 1);
ok($transfer, 'transfer request');
is($transfer->{trStatus}, 'pending', 'transfer request, status');
is($a->domain_transfer_query($domain)->{reID}, $demo->{registrars}[1]{clid}, 'transfer query by the sponsor');
ok((grep { /trnData/ && /\Q$domain\E/ } drain($a)), 'the sponsor is told of the transfer request by poll');
ok($a->domain_transfer_approve($domain), 'transfer approve');
ok((grep { /trnData/ && /clientApproved/ } drain($b)), 'the gaining registrar is told of the approval by poll');
is($b->domain_info($domain)->{clID}, $demo->{registrars}[1]{clid}, 'sponsor after transfer');
is($b->host_info($inside)->{clID}, $demo->{registrars}[1]{clid}, 'sponsor of the subordinate host after transfer');

ok(!defined $b->delete_domain($domain), 'a domain with subordinate hosts is not deleted');
is($Net::EPP::Simple::Code, 2305, 'code of deleting a domain with subordinate hosts');
ok($b->update_domain({name => $domain, rem => {ns => [$inside, $outside]}}), 'domain update, name servers off');
ok($b->delete_host($inside), 'host delete inside the zone');
ok($b->delete_domain($domain), 'domain delete');
my $purged = $Net::EPP::Simple::Code == 1000;
ok($a->delete_host($outside), 'host delete outside the zone');
# While the domain only waits for its deletion, its contact stays linked.
ok($a->delete_contact($person), 'contact delete') if $purged;

ok($_->logout, 'logout') for $a, $b;
printf("Net::EPP: %d steps passed\n", steps());
