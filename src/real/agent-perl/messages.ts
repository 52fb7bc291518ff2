// Part of the helper process (../agent-perl.ts), in Perl. Addresses, and messages with their control data.

export const MESSAGES = String.raw`# --- addresses ---
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
`
