# What the scripts that drive the registry by Perl's Net::EPP (CentralNic) share: sessions that record what they get, steps
# that are counted, and the reading of poll queues.
package Driver;
use strict;
use warnings;
use Exporter 'import';
use JSON::PP;
use Net::EPP::Frame;
use Net::EPP::Simple;
our @EXPORT = qw(ok is connected_as poll drain read_demo steps);

my $steps = 0;

sub steps { return $steps }

sub read_demo {
    open(my $file, '<', $_[0]) or die "cannot read $_[0]: $!";
    return decode_json(join('', <$file>));
}

sub ok {
    my ($holds, $what) = @_;
    $steps++;
    return if $holds;
    die sprintf("FAILED: %s\n  code %s, message %s, error %s\n", $what, map { $_ // '-' } $Net::EPP::Simple::Code,
        $Net::EPP::Simple::Message, $Net::EPP::Simple::Error);
}

sub is {
    my ($got, $expected, $what) = @_;
    ok(defined($got) && $got eq $expected, sprintf('%s: expected %s, found %s', $what, $expected, $got // 'nothing'));
}

sub connected_as {
    my ($demo, $registrar) = @_;
    my $epp = Recorder->new(
        host => $demo->{epp}{host}, port => $demo->{epp}{port},
        user => $registrar->{clid}, pass => $registrar->{pw},
        cert => $registrar->{cert}, key => $registrar->{key},
        verify => 1, ca_file => $demo->{epp}{ca},
        timeout => 60, load_config => 0,
    );
    ok($epp, "connect, greeting and login as $registrar->{clid}");
    return $epp;
}

# The code and message id of a poll, and the response itself.
sub poll {
    my ($epp, $acknowledge) = @_;
    my $frame = defined $acknowledge ? Net::EPP::Frame::Command::Poll::Ack->new : Net::EPP::Frame::Command::Poll::Req->new;
    $frame->setMsgID($acknowledge) if defined $acknowledge;
    my $response = $epp->request($frame);
    my $queue = $response->getElementsByLocalName('msgQ')->shift;
    return ($response->code, $queue ? $queue->getAttribute('id') : undef, $response);
}

# Reads and acknowledges everything that waits; returns the texts.
sub drain {
    my ($epp) = @_;
    my @texts;
    while (1) {
        my ($code, $id, $response) = poll($epp);
        return @texts if $code == 1300;
        is($code, 1301, 'poll request');
        push(@texts, $response->toString);
        is((poll($epp, $id))[0], 1000, 'poll acknowledge');
    }
}

# Net::EPP sends empty <contact:add/> and <contact:rem/>, which contact-1.0.xsd forbids: taken out before sending.

package Recorder;    # Net::EPP::Simple that also writes every frame received where the schema judge looks
BEGIN { our @ISA = ('Net::EPP::Simple') }
my $recorded = 0;

sub get_return_value {
    my ($self, $xml) = @_;
    if (my $folder = $ENV{DOMESDAY_TEST_RESPONSES}) {
        open(my $file, '>:raw', sprintf('%s/perl-%d-%06d.xml', $folder, $$, $recorded++)) or die "cannot record: $!";
        print $file $xml;
        close($file);
    }
    return $self->SUPER::get_return_value($xml);
}

1;
