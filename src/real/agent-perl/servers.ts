// Part of the helper process (../agent-perl.ts), in Perl. What listeners do with what reaches them; questions go to the other end of the pipes.

export const SERVERS = String.raw`# --- name servers: what asks port 53 is answered by the other end of the pipes; empty where no name server of ours was asked ---
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
  if (!defined $ears) { $ears = ''; vec($ears, $_, 1) = 1 for keys %listeners, keys %raw, keys %relay }
  my ($r, $w) = ($ears, '');
  for (keys %talks, defined $client ? fileno $client : ()) { vec($r, $_, 1) = 1 }
  vec($w, fileno $client, 1) = 1 if $writing;
  my $found = select($r, $w, undef, $seconds);
  return (0, 0, 0) if $found <= 0;
  my ($bits, @ready) = (unpack('b*', $r));
  for (my $fd = index($bits, '1'); $fd >= 0; $fd = index($bits, '1', $fd + 1)) { push @ready, $fd }
  for (@ready) { carry($relay{$_}) if $relay{$_} }
  for (@ready) { serve($_) if $listeners{$_} || $raw{$_} }
  for (@ready) { talk($_) if $talks{$_} }
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
`
