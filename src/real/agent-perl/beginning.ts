// Part of the helper process (../agent-perl.ts), in Perl. What every part uses: namespaces, the clock, the words of a line, the pipes.

export const BEGINNING = String.raw`use strict; use Socket qw(:all); use POSIX (); use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK); use Errno ();
my ($prefix, $requests, $answers) = @ARGV;
die "not a namespace of hopspec\n" unless $prefix =~ /^hopspec-[0-9a-z-]+$/;
my $arm = (POSIX::uname())[4] eq 'aarch64';
my ($SETNS, $RECVMSG, $SENDMSG, $CLOCK) = $arm ? (268, 212, 211, 113) : (308, 47, 46, 228);
my ($UNSHARE, $MOUNT, $PRCTL) = $arm ? (97, 40, 167) : (272, 165, 157);
$SIG{PIPE} = 'IGNORE'; $^F = 2;
my (%net, %listeners, %raw, %packet, %half, %flush, %tun, %relay, %kept, %routes, %sctp, %counted, %nftables, %touched);
my $ears; # all that listens, as select has it; undefined when it changed
my $here = '';

sub enter {
  my ($n) = @_;
  die "'$n' is no number of a namespace\n" unless $n =~ /^\d+$/;
  return if $here eq $n;
  if (!$net{$n}) { open($net{$n}, '<', "/run/netns/$prefix-$n") or die "no namespace $prefix-$n: $!\n"; }
  syscall($SETNS, fileno($net{$n}), 0x40000000) == 0 or die "cannot enter $prefix-$n: $!\n";
  $here = $n;
}
sub now { my $t = "\0" x 16; vec($t, 15, 8) = 0; syscall($CLOCK, 1, $t); my ($s, $ns) = unpack('q q', $t); return $s + $ns / 1e9; }
sub plain { my ($t) = @_; $t =~ s/%([0-9A-F]{2})/chr hex $1/ge; return $t; }
sub quoted { my ($t) = @_; $t = '' unless defined $t; $t =~ s/([%\t\r\n])/sprintf '%%%02X', ord $1/ge; return $t; }
sub errno { for my $name (sort keys %!) { next if $name eq 'EWOULDBLOCK' || $name eq 'ENOTSUP'; return $name if $!{$name} } return 'E' . ($! + 0); }
sub quiet { my ($s) = @_; fcntl($s, F_SETFL, fcntl($s, F_GETFL, 0) | O_NONBLOCK); }

# As long as one socket wants to know when its packets came, the kernel stamps all packets; it begins so only a moment after it was asked to.
my $stamping;
socket($stamping, AF_INET, SOCK_DGRAM, 0) && setsockopt($stamping, SOL_SOCKET, 29, pack('l', 1)) or die "no time of packets: $!\n";

alarm 10; # whoever started us may have been killed before opening the other ends
open(my $in, '<', $requests) or die "$requests: $!\n";
open(my $out, '>', $answers) or die "$answers: $!\n";
alarm 0;
my @lines;
sub put { my ($all) = @_; my $at = 0; while ($at < length $all) { my $n = syswrite($out, $all, 65536, $at); last unless defined $n; $at += $n } }
sub say_ { push @lines, join("\t", map { quoted($_) } @_); }
`
