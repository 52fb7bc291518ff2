// Part of the helper process (../agent-perl.ts), in Perl. What the kernel tracks, and forgetting it; accounting objects.

export const CONNTRACK = String.raw`# --- conntrack ---
sub conntrack {
  my ($n) = @_; enter($n);
  open(my $f, '<', '/proc/self/net/nf_conntrack') or return say_('error', 'conntrack', errno());
  while (<$f>) { chomp; say_('conntrack', $n, $_) }
}
sub forget {
  %kept = (); hang_up(); # sockets close with their last name
  for my $n (@_) {
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
}
# Neighbours that devices met (not those that were told them), as 'ip neighbour flush' takes them away.
sub strangers {
  my %of; for (@_) { my ($n, $device) = split m{/}; push @{$of{$n}}, $device }
  for my $n (sort { $a <=> $b } keys %of) {
    enter($n); my %wanted = map { $_ => 1 } @{$of{$n}}; my @met;
    if (!$routes{$n}) { socket($routes{$n}, 16, SOCK_RAW, 0) or die "netlink: $!\n" }
    send($routes{$n}, pack('L S S L L C x3 l S C C', 28, 30, 0x301, 1, 0, 0, 0, 0, 0, 0), 0, pack('S S L L', 16, 0, 0, 0));
    my $more = 1;
    while ($more) {
      defined recv($routes{$n}, my $got, 1 << 16, 0) or die "neighbours: $!\n";
      for (my $at = 0; $at + 16 <= length $got;) {
        my ($length, $type) = unpack('L S', substr($got, $at, 6));
        if ($type == 3) { $more = 0; last }
        if ($type == 2) { $! = -unpack('l', substr($got, $at + 16, 4)); die "neighbours: $!\n" }
        my ($family, $device, $state, $flags) = unpack('C x3 l S C', substr($got, $at + 16, 11));
        attributes($at + 28, $at + $length, sub { push @met, [$family, $device, $flags, substr($_[3], $_[1], $_[2])] if $_[0] == 1 }, $got) if $wanted{$device} && !($state & 0xc0);
        $at += ($length + 3) & ~3;
      }
    }
    for (@met) {
      my ($family, $device, $flags, $ip) = @$_;
      send($routes{$n}, pack('L S S L L C x3 l S C C S S', 32 + length $ip, 29, 5, 1, 0, $family, $device, 0, $flags, 0, 4 + length $ip, 1) . $ip, 0, pack('S S L L', 16, 0, 0, 0));
      recv($routes{$n}, my $ack, 4096, 0); my $refused = -unpack('x16 l', $ack); if ($refused && $refused != 2) { $! = $refused; say_('error', 'neighbours', errno()) }
    }
  }
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
    if ($wrong && $wrong != 16 && $wrong != 17) { $! = $wrong; say_('error', "nfacct $name", "$!") }
  }
}
`
