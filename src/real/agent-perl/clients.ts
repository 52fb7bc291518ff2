// Part of the helper process (../agent-perl.ts), in Perl. One client that sends, or many one after the other.

export const CLIENTS = String.raw`# --- one client ---
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
# A connection that stands lives on whatever ICMP says, unless its program asks to hear it (IP_RECVERR): ours asks while it connects.
sub hears_no_icmp { my ($s, $is6) = @_; setsockopt($s, $is6 ? 41 : 0, $is6 ? 25 : 11, pack('l', 0)) }
sub flow {
  my ($o) = @_;
  settle_relays();
  drain(0); grown_where_packets_were(0, ''); @received = (); @accepted = () unless defined $o->{keep};
  turn(undef, 0, 0); @received = ();
  my $again = defined $o->{keep} ? delete $kept{$o->{keep}} : undef;
  my ($s, $wrong) = $again ? ($again, undef) : client($o);
  my ($result, @told) = ($wrong ? 'error' : ''); my $too_big = 0; # send() says so itself, whatever ICMP says beside it
  if ($again) { enter($o->{in}); 1 while defined sysread($s, my $late, 4096); error_queue($s) }
  $asking = defined $o->{data}; $held = 0; $keeping = defined $o->{keep};
  my $end = now() + $o->{wait};
  my $stream = $o->{protocol} =~ /^(tcp|sctp)$/ && !$o->{raw}; my $connected = $again && $stream ? 1 : 0; my $text = '';
  my $whole = sub { !$asking || !$stream || (length $text >= 2 && length $text >= 2 + unpack('n', $text)) };
  if (!$wrong) {
    if (!$again && !connect($s, address($o->{to}, $o->{raw} ? 0 : $o->{port} || 0)) && !$!{EINPROGRESS}) { $wrong = errno(); $result = 'error' }
    elsif (!$stream || $connected) { defined send($s, payload($o, six($o->{to})), 0) or do { $wrong = errno(); $result = 'error'; $too_big = $wrong eq 'EMSGSIZE' } }
  }
  while (!$result) {
    my $left = $end + $held - now(); last if $left <= 0;
    my ($read, $written) = turn($s, $stream && !$connected, $left);
    if ($stream && !$connected) {
      next unless $written || $read;
      my $e = unpack('l', getsockopt($s, SOL_SOCKET, SO_ERROR));
      $! = $e;
      if ($e && ($!{ECONNRESET} || !getpeername $s)) { $! = $e; $wrong = errno(); $result = 'error' } else { $connected = 1; hears_no_icmp($s, scalar six($o->{to})); if ($asking) { my $data = payload($o); syswrite($s, pack('n', length $data) . $data) } }
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
    elsif ($stream && !$!{EAGAIN} && !$!{ECONNRESET}) { next }
    elsif (!$!{EAGAIN}) { $wrong = errno(); $result = $wrong eq 'ECONNRESET' ? 'reset' : 'error' }
    else { my @q = error_queue($s); push @told, @q; if (@q) { $wrong = $q[0][0]; $result = 'error' } }
  }
  $result ||= 'answered' if length $text; $asking = 0;
  if ($s) { push @told, error_queue($s) }
  turn(undef, 0, 0) for 1, 2; settle_relays();
  say_('client', $result || 'timeout', $wrong || '', $connected, $s ? $o->{raw} ? ('', $o->{sport}) : ends(getsockname $s) : ());
  say_('data', unpack('H*', $text)) if defined $o->{data} && length $text;
  unless ($too_big) { say_('queued', @$_) for @told }
  say_('received', @$_) for @received;
  if ($o->{protocol} eq 'tcp' && $result ne 'answered') { my $now = half_open(); for (sort keys %$now) { say_('half', split ' ', $_) unless $half{$_} } %half = %$now }
  conntrack($_) for split /,/, $o->{conntrack} || '';
  drain(1);
  if ($s && defined $o->{keep}) { $kept{$o->{keep}} = $s }
  elsif ($s) { setsockopt($s, SOL_SOCKET, SO_LINGER, pack('l l', 1, 0)) if $stream; close $s }
  hang_up() unless $keeping;
  $keeping = 0;
  settle_relays(); drain(0); grown_where_packets_were(1, $o->{in});
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
  grown($_, 0) for keys %counted;
  say_('kept', $kept);
}
`
