// The helper process, in Perl because perl-base is on every Debian: it runs inside a namespace of ours and enters only namespaces of the same run.
// It runs tools there, writes sysctls, listens, sends, captures packets, reads conntrack, and holds TUN devices as flanneld does. Requests and answers are lines; agent.ts speaks with it.
// What reaches port 53 it hands over to agent.ts, which answers.
// Perl's core has neither recvmsg nor setns: both go by their system call's number (x86_64, aarch64).

/** The program's text, for `perl -e`. Its arguments: the run's prefix (`hopspec-…`), the pipe of requests, the pipe of answers. */
export const AGENT_PERL = String.raw`
use strict; use Socket qw(:all); use POSIX (); use Fcntl qw(F_GETFL F_SETFL O_NONBLOCK); use Errno ();
my ($prefix, $requests, $answers) = @ARGV;
die "not a namespace of hopspec\n" unless $prefix =~ /^hopspec-[0-9a-z-]+$/;
my $arm = (POSIX::uname())[4] eq 'aarch64';
my ($SETNS, $RECVMSG, $SENDMSG, $CLOCK) = $arm ? (268, 212, 211, 113) : (308, 47, 46, 228);
my ($UNSHARE, $MOUNT, $PRCTL) = $arm ? (97, 40, 167) : (272, 165, 157);
$SIG{PIPE} = 'IGNORE'; $^F = 2;
my (%net, %listeners, %raw, %packet, %half, %flush, %tun, %relay, %kept);
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

# --- commands in namespaces ---
sub start_job {
  my ($n, $argv, $stdin) = @_;
  open(my $i, '+>', undef) or die "temporary file: $!\n"; open(my $o, '+>', undef); open(my $e, '+>', undef);
  print $i $stdin; { my $old = select($i); $| = 1; select($old); } sysseek($i, 0, 0);
  my $pid = fork();
  if ($pid == 0) {
    enter($n);
    open(STDIN, '<&', $i); open(STDOUT, '>&', $o); open(STDERR, '>&', $e);
    exec { $argv->[0] } @$argv or do { print STDERR "$argv->[0]: $!\n"; POSIX::_exit(127) };
  }
  return { pid => $pid, o => $o, e => $e };
}
sub slurp { my ($f) = @_; sysseek($f, 0, 0); my $all = ''; while (sysread($f, my $part, 65536)) { $all .= $part } return $all; }
my %TOOLS = map { $_ => 1 } qw(ip bridge iptables-restore ip6tables-restore iptables-legacy-restore ip6tables-legacy-restore iptables-save ip6tables-save iptables-legacy-save ip6tables-legacy-save nft ipset conntrack);
sub jobs {
  my ($count, $at_once) = @_;
  my (@running, @done);
  my @asked = map { my $line = <$in>; chomp $line; $line } 1 .. $count;
  for my $k (0 .. $count - 1) {
    my ($n, $argv, $stdin) = split /\t/, $asked[$k], 3;
    my @argv = map { plain($_) } split / /, plain($argv);
    die "'$argv[0]' is no tool of hopspec's\n" unless $TOOLS{$argv[0]};
    if (@running >= $at_once) { finish(shift @running, \@done) }
    push @running, [$k, start_job($n, \@argv, plain(defined $stdin ? $stdin : ''))];
  }
  finish($_, \@done) for @running;
  say_('job', @{$done[$_]}) for 0 .. $count - 1;
}
sub finish { my ($r, $done) = @_; waitpid($r->[1]{pid}, 0); $done->[$r->[0]] = [$? >> 8, slurp($r->[1]{o}), slurp($r->[1]{e})]; }
sub sysctls {
  my ($n, @settings) = @_;
  enter($n);
  for (@settings) {
    my ($maybe, $path, $value) = /^(\??)([^=]+)=(.*)$/s or next;
    if (open(my $f, '>', "/proc/sys/$path")) { syswrite($f, $value) or say_('error', $path, "$!"); close $f }
    elsif (!$maybe) { say_('error', $path, "$!") }
  }
}

# Waits until devices have a carrier and may send (IFF_RUNNING).
sub running {
  my ($seconds, @devices) = @_;
  my $end = now() + $seconds;
  for (@devices) {
    my ($n, $name) = split /\//, $_, 2; enter($n);
    socket(my $s, AF_INET, SOCK_DGRAM, 0) or die "socket: $!\n";
    while (1) {
      my $request = pack('a16 x24', $name);
      ioctl($s, 0x8913, $request) or do { say_('error', $name, "$!"); last };
      last if unpack('x16 S', $request) & 0x40;
      if (now() > $end) { say_('error', $name, 'no carrier'); last }
      select(undef, undef, undef, 0.0005);
    }
  }
}

# --- addresses ---
sub six { return $_[0] =~ /:/ }
sub address { my ($ip, $port) = @_; return six($ip) ? pack_sockaddr_in6($port, inet_pton(AF_INET6, $ip)) : pack_sockaddr_in($port, inet_pton(AF_INET, $ip)); }
sub ends { my ($s) = @_; return ('', 0) unless $s && length $s >= 8;
  my $family = unpack('S', $s);
  my ($port, $ip) = $family == AF_INET6 ? unpack_sockaddr_in6($s) : $family == AF_INET ? unpack_sockaddr_in($s) : return ('', 0);
  return (inet_ntop($family, $ip), $port); }
my %NUMBER = (tcp => 6, udp => 17, icmp => 1, icmpv6 => 58, sctp => 132);

# --- recvmsg and sendmsg with control messages ---
sub fresh { my $b = "\0" x $_[0]; vec($b, $_[0] - 1, 8) = 0; return $b; }
sub receive_message {
  my ($s, $flags) = @_;
  my ($name, $data, $control) = (fresh(128), fresh(2048), fresh(512));
  my $iov = pack('P Q', $data, 2048);
  my $msg = pack('P L x4 P Q P Q L x4', $name, 128, $iov, 1, $control, 512, 0);
  my $got = syscall($RECVMSG, fileno($s), $msg, $flags);
  return if $got < 0;
  my ($namelen, $controllen) = (unpack('Q L x4 Q Q Q Q L', $msg))[1, 5];
  my (@control, $at); $at = 0;
  while ($at + 16 <= $controllen) {
    my ($len, $level, $type) = unpack('Q l l', substr($control, $at, 16));
    last if $len < 16;
    push @control, [$level, $type, substr($control, $at + 16, $len - 16)];
    $at += ($len + 7) & ~7;
  }
  return (substr($name, 0, $namelen), substr($data, 0, $got), @control);
}
sub send_from {
  my ($s, $to, $data, $level, $type, $control) = @_;
  my $c = pack('Q l l', 16 + length $control, $level, $type) . $control; $c .= "\0" x (-length($c) % 8);
  my $iov = pack('P Q', $data, length $data);
  my $msg = pack('P L x4 P Q P Q L x4', $to, length $to, $iov, 1, $c, length $c, 0);
  return syscall($SENDMSG, fileno($s), $msg, 0);
}
# What ICMP said about the socket's packets: errno, origin, type, code, info (MTU), from.
sub error_queue {
  my ($s) = @_; my @found;
  while (my @m = receive_message($s, 0x2000 | 0x40)) {
    for (@m[2 .. $#m]) {
      my ($level, $type, $body) = @$_;
      next unless ($level == 0 && $type == 11) || ($level == 41 && $type == 25);
      my ($no, $origin, $t, $c, $info) = unpack('L C C C x L', $body);
      local $! = $no;
      push @found, [errno(), $origin, $t, $c, $info, (ends(substr($body, 16)))[0]];
    }
  }
  return @found;
}

my (@received, @accepted);

# --- listeners ---
sub listen_on {
  my ($n, $protocol, $port, $ip, $answer) = @_;
  enter($n);
  for my $at ($ip ne '' ? ($ip) : ('0.0.0.0', -e '/proc/self/net/if_inet6' ? ('::') : ())) {
    my $family = six($at) ? AF_INET6 : AF_INET;
    socket(my $s, $family, $protocol eq 'udp' ? SOCK_DGRAM : SOCK_STREAM, $NUMBER{$protocol}) or do { if ($protocol eq 'sctp' && $!{EPROTONOSUPPORT}) { sctp_on($n, $family, $port); next } next if six($at) && $ip eq ''; return say_('error', "$protocol $port", errno()) };
    setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1);
    if ($family == AF_INET6) { setsockopt($s, 41, 26, 1); setsockopt($s, 41, 49, 1) } else { setsockopt($s, 0, 8, 1) }
    bind($s, address($at, $port)) or do { next if six($at) && $ip eq ''; return say_('error', "$protocol $port", errno()) };
    if ($protocol ne 'udp') { listen($s, 1024) }
    quiet($s);
    $listeners{fileno $s} = { s => $s, n => $n, protocol => $protocol, answer => $answer, port => $port };
  }
}
# Raw sockets see the echo requests that a kernel takes for itself, after all translation.
sub watch_echo {
  my ($n) = @_; enter($n);
  for my $family (AF_INET, AF_INET6) {
    next unless socket(my $s, $family, SOCK_RAW, $family == AF_INET ? 1 : 58);
    if ($family == AF_INET6) { setsockopt($s, 41, 49, 1); setsockopt($s, 58, 1, pack('L8', (0xffffffff) x 4, 0xfffffffe, (0xffffffff) x 3)) }
    else { setsockopt($s, 255, 1, pack('L', ~(1 << 8) & 0xffffffff)) }
    quiet($s); $raw{fileno $s} = { s => $s, n => $n, six => $family == AF_INET6 };
  }
}
# --- SCTP where the kernel has no sockets for it: its first two chunks, by hand ---
my (@crc, %sctp);
for my $i (0 .. 255) { my $c = $i; $c = $c & 1 ? ($c >> 1) ^ 0x82f63b78 : $c >> 1 for 1 .. 8; $crc[$i] = $c }
sub sctp_packet {
  my ($from, $to, $tag, $chunk) = @_;
  my $packet = pack('n n N V', $from, $to, $tag, 0) . pack('C C n N N n n N', $chunk, 0, 20, 0x686f7073, 65536, 1, 1, 1);
  my $crc = 0xffffffff; $crc = $crc[($crc ^ $_) & 255] ^ ($crc >> 8) for unpack('C*', $packet);
  substr($packet, 8, 4) = pack('V', $crc ^ 0xffffffff); return $packet;
}
sub sctp_on {
  my ($n, $family, $port) = @_;
  if (!$sctp{"$n $family"}) {
    socket(my $s, $family, SOCK_RAW, 132) or return say_('error', "sctp $port", errno());
    if ($family == AF_INET6) { setsockopt($s, 41, 49, 1) } else { setsockopt($s, 0, 8, 1) }
    quiet($s); $sctp{"$n $family"} = $raw{fileno $s} = { s => $s, n => $n, six => $family == AF_INET6, ports => {} };
  }
  $sctp{"$n $family"}{ports}{$port} = 1;
}
# What a raw socket heard: addresses, ports, tag and chunk.
sub sctp_heard {
  my ($six, @m) = @_;
  my $data = $six ? $m[1] : substr($m[1], (ord($m[1]) & 15) * 4); return unless length $data >= 20;
  my ($i) = grep { $_->[0] == 41 && $_->[1] == 50 } @m[2 .. $#m];
  my $own = $six ? inet_ntop(AF_INET6, substr($i ? $i->[2] : "\0" x 16, 0, 16)) : inet_ntop(AF_INET, substr($m[1], 16, 4));
  return ((ends($m[0]))[0], $own, unpack('n n x8 C x3 N', $data));
}
sub sctp_serve {
  my ($r) = @_;
  while (my @m = receive_message($r->{s}, 0x40)) {
    my ($peer, $own, $from, $to, $chunk, $tag) = sctp_heard($r->{six}, @m); next unless defined $chunk && $chunk == 1 && $r->{ports}{$to};
    push @received, [$r->{n}, 'sctp', $own, $to, $peer, $from];
    my $answer = sctp_packet($to, $from, $tag, 2);
    my $sent = $r->{six} ? send_from($r->{s}, address($peer, 0), $answer, 41, 50, inet_pton(AF_INET6, $own) . pack('L', 0)) : send_from($r->{s}, address($peer, 0), $answer, 0, 8, pack('l', 0) . inet_aton($own) . "\0\0\0\0");
    say_('serverError', $r->{n}, errno()) if $sent < 0;
  }
}

sub capture_in {
  my ($n) = @_; return if $packet{$n}; enter($n);
  socket(my $s, 17, SOCK_DGRAM, unpack('S', pack('n', 3))) or return say_('error', 'capture', errno());
  my $stamp = fresh(16); ioctl($s, 0x8907, $stamp); # from now on packets keep their time
  setsockopt($s, SOL_SOCKET, 8, 4 << 20); quiet($s); $packet{$n} = $s;
}
sub drain {
  my ($tell) = @_;
  for my $n (sort { $a <=> $b } keys %packet) {
    my $s = $packet{$n};
    while (defined(my $from = recv($s, my $frame, 400, 0))) {
      next unless $tell;
      my (undef, $proto, $index, undef, $type) = unpack('S n l S C', $from);
      next unless $proto == 0x0800 || $proto == 0x86dd;
      my $stamp = fresh(16); ioctl($s, 0x8907, $stamp); my ($sec, $ns) = unpack('q q', $stamp);
      say_('packet', sprintf('%d%09d', $sec, $ns), $n, $index, $type == 4 ? 'tx' : 'rx', unpack('H*', $frame));
    }
  }
}

# --- TUN devices, and the relay that holds them: IP packets into UDP to the machine that has the network, and out again ---
sub tun_add {
  my ($n, $name, $index) = @_; enter($n);
  open(my $f, '+<', '/dev/net/tun') or return say_('error', $name, "/dev/net/tun: $!");
  my $number = pack('L', $index); ioctl($f, 0x400454da, $number) or return say_('error', $name, "$!");
  my $asked = pack('a16 S x22', $name, 0x1001); ioctl($f, 0x400454ca, $asked) or return say_('error', $name, "$!");
  quiet($f); $tun{"$n/$name"} = $f;
}
sub relay_on {
  my ($n, $name, $own, $ip, $port, @leases) = @_; enter($n);
  my $f = $tun{"$n/$name"} or return say_('error', $name, 'no such device');
  socket(my $s, AF_INET, SOCK_DGRAM, 17) or return say_('error', $name, errno());
  bind($s, address($ip, $port)) or return say_('error', $name, errno());
  quiet($s);
  my @l = map { my ($net, $length, $to) = m{^(.*)/(\d+)=(.*)$} or die "'$_' is no lease\n"; my $mask = $length ? (0xffffffff << (32 - $length)) & 0xffffffff : 0; [unpack('N', inet_aton($net)) & $mask, $mask, address($to, $port)] } @leases;
  my $r = { f => $f, s => $s, own => inet_aton($own), leases => \@l };
  $relay{fileno $f} = { %$r, from => 'device' }; $relay{fileno $s} = { %$r, from => 'socket' };
}
sub sum16 { my $sum = 0; $sum += $_ for unpack('n*', $_[0] . (length($_[0]) % 2 ? "\0" : '')); $sum = ($sum & 0xffff) + ($sum >> 16) while $sum >> 16; return ~$sum & 0xffff; }
# One less to live: false when nothing is left.
sub live_on {
  my $ttl = ord(substr($_[0], 8, 1)) - 1; return 0 if $ttl <= 0;
  my $sum = unpack('n', substr($_[0], 10, 2)) + 0x100; $sum = ($sum & 0xffff) + ($sum >> 16);
  substr($_[0], 8, 1) = chr $ttl; substr($_[0], 10, 2) = pack('n', $sum); return 1;
}
sub unreachable {
  my ($r, $about) = @_;
  return if ord(substr($about, 9, 1)) == 1;
  my $icmp = pack('C C n N', 3, 0, 0, 0) . substr($about, 0, (ord($about) & 15) * 4 + 8); substr($icmp, 2, 2) = pack('n', sum16($icmp));
  my $ip = pack('C C n n n C C n a4 a4', 0x45, 0, 20 + length $icmp, 0, 0, 8, 1, 0, $r->{own}, substr($about, 12, 4)); substr($ip, 10, 2) = pack('n', sum16($ip));
  syswrite($r->{f}, $ip . $icmp);
}
sub carry {
  my ($r) = @_;
  for (1 .. 64) {
    my $p;
    if ($r->{from} eq 'device') { my $got = sysread($r->{f}, $p, 65536); last unless $got } else { last unless defined recv($r->{s}, $p, 65536, 0) }
    next unless length $p >= 20 && ord($p) >> 4 == 4;
    if ($r->{from} eq 'socket') { live_on($p) && syswrite($r->{f}, $p); next }
    my $to = unpack('N', substr($p, 16, 4)); my ($lease) = grep { ($to & $_->[1]) == $_->[0] } @{$r->{leases}};
    if (!$lease) { unreachable($r, $p); next }
    live_on($p) && send($r->{s}, $p, 0, $lease->[2]);
  }
}
# Until nothing is under way any more.
sub settle_relays { return unless %relay; for (1 .. 50) { last unless (turn(undef, 0, 0.002))[2] } }

# --- name servers: what asks port 53 is answered by the other end of the pipes; empty where no name server of ours was asked ---
my $asking = 0; my $held = 0; # the time that this took
my $keeping = 0; # connections are kept at both ends
sub answer_to {
  my ($l, $own, $peer, $question) = @_;
  my $began = now();
  put(join("\t", '?', $l->{n}, $l->{protocol}, $own, $peer, unpack('H*', $question)) . "\n");
  my $told = <$in>; die "nobody answers\n" unless defined $told; chomp $told;
  $held += now() - $began;
  return pack('H*', $told);
}
my %talks; # TCP connections whose question is not whole yet
sub talk {
  my ($fd) = @_; my $t = $talks{$fd} or return;
  my $got = sysread($t->{c}, $t->{text}, 65536, length $t->{text});
  if ($got && $t->{kept}) { push @received, [$t->{l}{n}, 'tcp', ends(getsockname $t->{c}), ends(getpeername $t->{c})]; syswrite($t->{c}, $t->{l}{answer}); return }
  if (!$got) { delete $talks{$fd} unless !defined $got && $!{EAGAIN}; return }
  while (length $t->{text} >= 2 && length $t->{text} >= 2 + unpack('n', $t->{text})) {
    my $question = substr($t->{text}, 2, unpack('n', $t->{text})); substr($t->{text}, 0, 2 + length $question) = '';
    my $answer = answer_to($t->{l}, $t->{own}, $t->{peer}, $question);
    syswrite($t->{c}, $answer eq '' ? $t->{l}{answer} : pack('n', length $answer) . $answer);
  }
}

# --- what servers do: accept, answer, remember ---
sub serve {
  my ($fd) = @_;
  if (my $r = $raw{$fd}) {
    return sctp_serve($r) if $r->{ports};
    while (my @m = receive_message($r->{s}, 0x40)) {
      if ($r->{six}) { next unless ord($m[1]) == 128; my ($i) = grep { $_->[0] == 41 && $_->[1] == 50 } @m[2 .. $#m]; push @received, [$r->{n}, 'icmpv6', inet_ntop(AF_INET6, substr($i->[2], 0, 16)), 0, (ends($m[0]))[0], unpack('x4 n', $m[1])] }
      else { my $at = (ord($m[1]) & 15) * 4; next unless ord(substr($m[1], $at, 1)) == 8; push @received, [$r->{n}, 'icmp', inet_ntop(AF_INET, substr($m[1], 16, 4)), 0, inet_ntop(AF_INET, substr($m[1], 12, 4)), unpack('n', substr($m[1], $at + 4, 2))] }
    }
    return;
  }
  my $l = $listeners{$fd} or return;
  if ($l->{protocol} eq 'udp') {
    while (my @m = receive_message($l->{s}, 0x40)) {
      my ($peer, $pport) = ends($m[0]); my $is6 = $peer =~ /:/;
      my ($i) = grep { $is6 ? $_->[0] == 41 && $_->[1] == 50 : $_->[0] == 0 && $_->[1] == 8 } @m[2 .. $#m];
      my $own = $is6 ? inet_ntop(AF_INET6, substr($i->[2], 0, 16)) : inet_ntop(AF_INET, substr($i->[2], 8, 4));
      push @received, [$l->{n}, 'udp', $own, $l->{port}, $peer, $pport];
      my $answer = $asking && $l->{port} == 53 ? answer_to($l, $own, $peer, $m[1]) : ''; $answer = $l->{answer} if $answer eq '';
      my ($here, $asked) = (substr($i->[2], 4, 4), substr($i->[2], 8, 4)); # they differ where everybody was asked: then the routes choose
      my $sent = $is6 ? send_from($l->{s}, $m[0], $answer, 41, 50, substr($i->[2], 0, 16) . pack('L', 0)) : send_from($l->{s}, $m[0], $answer, 0, 8, pack('l', 0) . ($here eq $asked ? $asked : "\0\0\0\0") . "\0\0\0\0");
      say_('serverError', $l->{n}, errno()) if $sent < 0;
    }
    return;
  }
  while (my $peer = accept(my $c, $l->{s})) {
    my ($ip, $port) = ends($peer); my ($own, $oport) = ends(getsockname $c);
    push @received, [$l->{n}, $l->{protocol}, $own, $oport, $ip, $port];
    push @accepted, $c;
    if ($asking && $l->{port} == 53) { quiet($c); $talks{fileno $c} = { c => $c, l => $l, own => $own, peer => $ip, text => '' } }
    else { syswrite($c, "$l->{n} $ip $port\n" . $l->{answer}); if ($keeping) { quiet($c); $talks{fileno $c} = { c => $c, l => $l, text => '', kept => 1 } } }
  }
}
sub turn {
  my ($client, $writing, $seconds) = @_;
  my ($r, $w) = ('', ''); my $most = 0;
  for (keys %listeners, keys %raw, keys %relay, keys %talks, defined $client ? fileno $client : ()) { vec($r, $_, 1) = 1 }
  vec($w, fileno $client, 1) = 1 if $writing;
  my $found = select($r, $w, undef, $seconds);
  return (0, 0, 0) if $found <= 0;
  for (sort { $a <=> $b } keys %relay) { carry($relay{$_}) if vec($r, $_, 1) }
  for (keys %listeners, keys %raw) { serve($_) if vec($r, $_, 1) }
  for (keys %talks) { talk($_) if vec($r, $_, 1) }
  return defined $client ? (vec($r, fileno $client, 1), $writing ? vec($w, fileno $client, 1) : 0, $found) : (0, 0, $found);
}
sub half_open {
  my %now;
  for my $n (sort { $a <=> $b } keys %{{ map { $_->{n} => 1 } values %listeners }}) {
    enter($n);
    for my $file ('tcp', 'tcp6') {
      open(my $f, '<', "/proc/self/net/$file") or next;
      while (<$f>) { my @c = split; next unless defined $c[3] && $c[3] eq '03'; $now{"$n $c[1] $c[2]"} = 1 }
    }
  }
  return \%now;
}

# --- one client ---
sub client {
  my ($o) = @_;
  enter($o->{in});
  my $is6 = six($o->{to}); my $protocol = $o->{protocol} =~ /^icmp/ ? ($is6 ? 'icmpv6' : 'icmp') : $o->{protocol};
  my $s; socket($s, $is6 ? AF_INET6 : AF_INET, $protocol =~ /^(tcp|sctp)$/ ? SOCK_STREAM : SOCK_DGRAM, $NUMBER{$protocol}) or do { return (undef, errno()) unless $protocol eq 'sctp' && $!{EPROTONOSUPPORT}; $o->{raw} = 1; socket($s, $is6 ? AF_INET6 : AF_INET, SOCK_RAW, 132) or return (undef, errno()) };
  my $set = sub { my ($level, $name, $value) = @_; defined $value && $value ne '' ? setsockopt($s, $level, $name, $value =~ /^-?\d+$/ ? pack('l', $value) : $value) : 1 };
  setsockopt($s, SOL_SOCKET, SO_REUSEADDR, 1) if $protocol eq 'tcp' || defined $o->{keep};
  $set->($is6 ? 41 : 0, $is6 ? 25 : 11, 1);
  $set->($is6 ? 41 : 0, $is6 ? 16 : 2, $o->{ttl}); $set->($is6 ? 41 : 0, $is6 ? 67 : 1, $o->{tos});
  setsockopt($s, SOL_SOCKET, 36, pack('L', $o->{mark})) if defined $o->{mark};
  setsockopt($s, SOL_SOCKET, 25, $o->{device} . "\0") || return (undef, errno()) if defined $o->{device};
  $set->(SOL_SOCKET, 6, 1) if $o->{broadcast};
  $set->($is6 ? 41 : 0, $is6 ? 23 : 10, $o->{df} ? 2 : 0) if defined $o->{df};
  if ($o->{free}) { setsockopt($s, $is6 ? 41 : 0, $is6 ? 78 : 15, 1) }
  if (defined $o->{from} || $o->{sport}) {
    bind($s, address(defined $o->{from} ? $o->{from} : $is6 ? '::' : '0.0.0.0', $o->{sport} || 0)) or return (undef, errno());
  }
  quiet($s);
  return ($s, undef);
}
sub payload {
  my ($o, $is6) = @_;
  return pack('H*', $o->{data}) if defined $o->{data};
  return sctp_packet($o->{sport}, $o->{port}, 0, 1) if $o->{raw};
  my $header = $is6 ? 40 : 20;
  my $room = defined $o->{size} ? $o->{size} - $header - 8 : 9; $room = 0 if $room < 0;
  my $data = substr('hopspec..' x (1 + $room / 9), 0, $room);
  return $o->{protocol} =~ /^icmp/ ? pack('C C n n n', $is6 ? 128 : 8, 0, 0, $o->{sport} || 0, 1) . $data : $data;
}
sub flow {
  my ($o) = @_;
  settle_relays();
  drain(0); @received = (); @accepted = () unless defined $o->{keep};
  turn(undef, 0, 0); @received = ();
  my $again = defined $o->{keep} ? delete $kept{$o->{keep}} : undef;
  my ($s, $wrong) = $again ? ($again, undef) : client($o);
  my ($result, @told) = ($wrong ? 'error' : '');
  if ($again) { enter($o->{in}); 1 while defined sysread($s, my $late, 4096); error_queue($s) }
  $asking = defined $o->{data}; $held = 0; $keeping = defined $o->{keep};
  my $end = now() + $o->{wait};
  my $stream = $o->{protocol} =~ /^(tcp|sctp)$/ && !$o->{raw}; my $connected = $again && $stream ? 1 : 0; my $text = '';
  my $whole = sub { !$asking || !$stream || (length $text >= 2 && length $text >= 2 + unpack('n', $text)) };
  if (!$wrong) {
    if (!$again && !connect($s, address($o->{to}, $o->{raw} ? 0 : $o->{port} || 0)) && !$!{EINPROGRESS}) { $wrong = errno(); $result = 'error' }
    elsif (!$stream || $connected) { defined send($s, payload($o, six($o->{to})), 0) or do { $wrong = errno(); $result = 'error' } }
  }
  while (!$result) {
    my $left = $end + $held - now(); last if $left <= 0;
    my ($read, $written) = turn($s, $stream && !$connected, $left);
    if ($stream && !$connected) {
      next unless $written || $read;
      my $e = unpack('l', getsockopt($s, SOL_SOCKET, SO_ERROR));
      if ($e) { $! = $e; $wrong = errno(); $result = 'error' } else { $connected = 1; if ($asking) { my $data = payload($o); syswrite($s, pack('n', length $data) . $data) } }
      next;
    }
    next unless $read;
    if ($o->{raw} && (my @m = receive_message($s, 0x40))) {
      my (undef, undef, $from, $to, $chunk) = sctp_heard(scalar six($o->{to}), @m);
      next unless defined $chunk && $from == $o->{port} && $to == $o->{sport};
      $result = 'answered' if $chunk == 2; if ($chunk == 6) { $result = 'error'; $wrong = 'ECONNREFUSED' } next;
    }
    my $got = sysread($s, my $data, 4096);
    if (defined $got) { if ($got > 0) { $text .= $data; $result = 'answered' if $whole->() } elsif ($stream) { $result = 'closed' } }
    elsif (!$!{EAGAIN}) { $wrong = errno(); $result = $wrong eq 'ECONNRESET' ? 'reset' : 'error' }
    else { my @q = error_queue($s); push @told, @q; if (@q) { $wrong = $q[0][0]; $result = 'error' } }
  }
  $result ||= 'answered' if length $text; $asking = 0;
  if ($s) { push @told, error_queue($s) }
  turn(undef, 0, 0) for 1, 2; settle_relays();
  say_('client', $result || 'timeout', $wrong || '', $connected, $s ? $o->{raw} ? ('', $o->{sport}) : ends(getsockname $s) : ());
  say_('data', unpack('H*', $text)) if defined $o->{data} && length $text;
  say_('queued', @$_) for @told;
  say_('received', @$_) for @received;
  if ($o->{protocol} eq 'tcp' && $result ne 'answered') { my $now = half_open(); for (sort keys %$now) { say_('half', split ' ', $_) unless $half{$_} } %half = %$now }
  conntrack($_) for split /,/, $o->{conntrack} || '';
  drain(1);
  if ($s && defined $o->{keep}) { $kept{$o->{keep}} = $s }
  elsif ($s) { setsockopt($s, SOL_SOCKET, SO_LINGER, pack('l l', 1, 0)) if $stream; close $s }
  hang_up() unless $keeping;
  $keeping = 0;
  settle_relays();
}
sub hang_up { %talks = (); for (@accepted) { setsockopt($_, SOL_SOCKET, SO_LINGER, pack('l l', 1, 0)); close $_ } @accepted = () }
# Many connections one after the other; counted by server and source.
sub many {
  my ($o, $times) = @_;
  my %count; my $kept = 0;
  for my $s (values %packet) { close $s } %packet = ();
  my @lists; # of senders that rules remember: forgotten before each connection, so that none is a second one
  for my $n (split /,/, $o->{recent} || '') { enter($n); for my $list (glob '/proc/self/net/xt_recent/*') { if (open(my $f, '>', $list)) { push @lists, $f } } }
  for (1 .. $times) {
    syswrite($_, "/\n") for @lists;
    @received = (); @accepted = ();
    my ($s, $wrong) = client($o);
    if (!$wrong && !connect($s, address($o->{to}, $o->{port})) && !$!{EINPROGRESS}) { $wrong = errno() }
    if (!$wrong && $o->{protocol} eq 'udp') { defined send($s, 'hopspec..', 0) or $wrong = errno() }
    my ($end, $text) = (now() + $o->{wait}, '');
    while (!$wrong && $text eq '') {
      my $left = $end - now(); if ($left <= 0) { $wrong = 'timeout'; last }
      my ($read) = turn($s, 0, $left); next unless $read;
      my $got = sysread($s, $text, 4096);
      if (!defined $got) { $wrong = errno() unless $!{EAGAIN}; $text = '' } elsif ($got == 0) { $wrong = 'closed' }
    }
    if ($wrong) { $count{"failed\t$wrong"}++ }
    else {
      my $r = $received[-1];
      $count{"answered\t$r->[0]\t$r->[4]\t$r->[2]\t$r->[3]"}++;
      $kept++ if $r->[5] == (ends(getsockname $s))[1];
    }
    if ($s) { setsockopt($s, SOL_SOCKET, SO_LINGER, pack('l l', 1, 0)); close $s }
    hang_up();
  }
  push @lines, "count\t$count{$_}\t$_" for sort keys %count;
  say_('kept', $kept);
}

# --- programs of a pod's: in its namespace, with files of its own in the place of the machine's, while name servers answer ---
my %PROGRAMS = map { $_ => 1 } qw(dig getent busybox);
sub program {
  my ($n, $seconds, $argv, @files) = @_;
  my @argv = map { plain($_) } split / /, plain($argv); my $ours = $$;
  die "'$argv[0]' is no program of hopspec's\n" unless $PROGRAMS{$argv[0]};
  open(my $o, '+>', undef) or die "temporary file: $!\n"; open(my $e, '+>', undef); open(my $nothing, '<', '/dev/null');
  turn(undef, 0, 0) for 1, 2; @received = (); $asking = 1; $held = 0;
  my $pid = fork();
  if ($pid == 0) {
    open(STDIN, '<&', $nothing); open(STDOUT, '>&', $o); open(STDERR, '>&', $e);
    my $could = eval {
      enter($n); syscall($PRCTL, 1, 9, 0, 0, 0); die "alone\n" if getppid() != $ours; # it dies with the helper
      syscall($UNSHARE, 0x20000) == 0 or die "no mounts of its own: $!\n";
      my ($none, $root) = ('none', '/'); syscall($MOUNT, $none, $root, 0, 0x44000, 0) == 0 or die "no mounts of its own: $!\n";
      for (@files) { my ($at, $from) = map { plain($_) } split /=/; syscall($MOUNT, $from, $at, 0, 0x1000, 0) == 0 or die "$at: $!\n" }
      exec { $argv[0] } @argv or die "$argv[0]: $!\n";
    };
    print STDERR $@; POSIX::_exit(126);
  }
  my ($end, $code) = (now() + $seconds, undef);
  while (waitpid($pid, 1) == 0) { if (now() > $end + $held) { kill 'KILL', $pid; waitpid($pid, 0); last } turn(undef, 0, 0.01) }
  $code = $?; $asking = 0; hang_up();
  say_('program', $code >> 8 || ($code & 127 ? 128 + ($code & 127) : 0), slurp($o), slurp($e));
  say_('received', @$_) for @received;
}

# --- conntrack ---
sub conntrack {
  my ($n) = @_; enter($n);
  open(my $f, '<', '/proc/self/net/nf_conntrack') or return say_('error', 'conntrack', errno());
  while (<$f>) { chomp; say_('conntrack', $n, $_) }
}
sub forget {
  %kept = (); hang_up(); # sockets close with their last name
  my @flushing = map { my ($n, $bridge) = split m{/}, plain($_), 2; defined $bridge ? start_job($n, [qw(ip neighbour flush dev), $bridge], '') : () } @_;
  for my $n (grep { !m{/} } @_) {
    enter($n);
    if (!$flush{$n}) { socket($flush{$n}, 16, SOCK_RAW, 12) or return say_('error', 'conntrack', errno()) }
    send($flush{$n}, pack('L S S L L C C n', 20, (1 << 8) | 2, 5, 1, 0, 0, 0, 0), 0, pack('S S L L', 16, 0, 0, 0));
    defined recv($flush{$n}, my $ack, 4096, 0) or return say_('error', 'conntrack', errno());
    my $refused = -unpack('x16 l', $ack); if ($refused) { $! = $refused; return say_('error', 'conntrack', errno()) }
    if (open(my $f, '>', '/proc/sys/net/ipv4/route/flush')) { syswrite($f, '1') }
    if (open(my $f, '<', '/proc/self/net/rt6_stats')) { # the fifth number counts exceptions
      my $known = (split ' ', <$f> || '')[4];
      if (hex($known || 0)) { waitpid(start_job($n, [qw(ip -6 route flush cache)], '')->{pid}, 0) }
    }
    for my $list (glob '/proc/self/net/xt_recent/*') { if (open(my $f, '>', $list)) { syswrite($f, "/\n") } }
  }
  waitpid($_->{pid}, 0) for @flushing;
}

# A connection less, as kube-proxy does it: the kernel forgets it by what was sent first.
sub untrack {
  my ($n, $protocol, $from, $fport, $to, $tport) = @_; enter($n);
  socket(my $s, 16, SOCK_RAW, 12) or die "netlink: $!\n";
  my $is6 = scalar six($from); my $pton = sub { $is6 ? inet_pton(AF_INET6, $_[0]) : inet_aton($_[0]) };
  my $attribute = sub { my ($type, $value) = @_; my $a = pack('S S', 4 + length $value, $type) . $value; return $a . "\0" x (-length($a) % 4) };
  my $ips = $attribute->($is6 ? 3 : 1, $pton->($from)) . $attribute->($is6 ? 4 : 2, $pton->($to));
  my $ports = $attribute->(1, pack('C', $NUMBER{$protocol})) . $attribute->(2, pack('n', $fport)) . $attribute->(3, pack('n', $tport));
  my $body = pack('C C n', $is6 ? 10 : 2, 0, 0) . $attribute->(0x8001, $attribute->(0x8001, $ips) . $attribute->(0x8002, $ports));
  send($s, pack('L S S L L', 16 + length $body, (1 << 8) | 2, 5, 1, 0) . $body, 0, pack('S S L L', 16, 0, 0, 0));
  recv($s, my $ack, 4096, 0); my $wrong = -unpack('x16 l', $ack);
  if ($wrong && $wrong != 2) { $! = $wrong; say_('error', 'conntrack', errno()) }
}

# Accounting objects that rules name (-m nfacct); kube-proxy makes them by netlink too.
sub nfacct {
  my ($n, @names) = @_; enter($n);
  socket(my $s, 16, SOCK_RAW, 12) or die "netlink: $!\n";
  for my $name (@names) {
    my $text = $name . "\0"; my $attribute = pack('S S', 4 + length $text, 1) . $text; $attribute .= "\0" x (-length($attribute) % 4);
    my $body = pack('C C n', 0, 0, 0) . $attribute;
    send($s, pack('L S S L L', 16 + length $body, 7 << 8, 0x405, 1, 0) . $body, 0, pack('S S L L', 16, 0, 0, 0));
    recv($s, my $ack, 4096, 0); my $wrong = -unpack('x16 l', $ack);
    if ($wrong && $wrong != 17) { $! = $wrong; say_('error', "nfacct $name", "$!") }
  }
}

sub options { my %o; for (@_) { /^([a-z]+)=(.*)$/s and $o{$1} = plain($2) } return \%o }
while (defined(my $line = <$in>)) {
  chomp $line; my ($what, @f) = split /\t/, $line; @lines = ();
  eval {
    if ($what eq 'jobs') { jobs(@f) }
    elsif ($what eq 'sysctls') { sysctls(map { plain($_) } @f) }
    elsif ($what eq 'running') { running(map { plain($_) } @f) }
    elsif ($what eq 'nfacct') { nfacct(map { plain($_) } @f) }
    elsif ($what eq 'tun') { tun_add(map { plain($_) } @f) }
    elsif ($what eq 'relay') { relay_on(map { plain($_) } @f) }
    elsif ($what eq 'listen') { listen_on(map { plain(defined $_ ? $_ : '') } @f[0 .. 4]) }
    elsif ($what eq 'echo') { watch_echo($_) for @f }
    elsif ($what eq 'capture') { capture_in($_) for @f }
    elsif ($what eq 'flow') { flow(options(@f)) }
    elsif ($what eq 'program') { program(@f) }
    elsif ($what eq 'untrack') { untrack(@f) }
    elsif ($what eq 'meet') { for (@f) { my ($n, $device) = split m{/}, plain($_), 2; waitpid(start_job($n, [qw(ip neighbour flush dev), $device], '')->{pid}, 0) } }
    elsif ($what eq 'many') { many(options(@f[1 .. $#f]), $f[0]) }
    elsif ($what eq 'forget') { forget(@f) }
    elsif ($what eq 'conntrack') { conntrack($_) for @f }
    else { die "'$what' is no request\n" }
    1;
  } or say_('died', $@);
  put(join('', map { "$_\n" } @lines, '.'));
}
`
