// Part of the helper process (../agent-perl.ts), in Perl. Which rules counted packets: the counters of nf_tables (iptables' nft back end has its rules there too), by netlink.

export const TALLY = String.raw`# --- counters of rules: family, table and chain with a number for each rule, and for a policy ---
sub attributes { # what to do with type, place and length of each, and the bytes
  my ($from, $to, $do) = @_;
  while ($from + 4 <= $to) { my ($length, $type) = unpack('S S', substr($_[3], $from, 4)); last if $length < 4; $do->($type & 0x3fff, $from + 4, $length - 4, $_[3]); $from += ($length + 3) & ~3 }
}
sub packets_in { my ($from, $to) = @_; my $packets = 0; attributes($from, $to, sub { $packets = unpack('Q>', substr($_[3], $_[1], 8)) if $_[0] == 2 }, $_[2]); return $packets }
sub rule_packets {
  my ($from, $to) = @_;
  while ($from + 4 <= $to) { # expressions: a name, and what belongs to it
    my $length = unpack('S', substr($_[2], $from, 2)); last if $length < 4;
    return packets_in($from + 20, $from + $length, $_[2]) if substr($_[2], $from + 8, 8) eq "counter\0";
    $from += ($length + 3) & ~3;
  }
  return 0;
}
sub tally {
  my ($n) = @_; enter($n); my %now;
  if (!$nftables{$n}) { socket($nftables{$n}, 16, SOCK_RAW, 12) or die "netlink: $!\n" }
  for my $ask (7, 4) { # all rules, then all chains
    send($nftables{$n}, pack('L S S L L C C n', 20, 10 << 8 | $ask, 0x301, 1, 0, 0, 0, 0), 0, pack('S S L L', 16, 0, 0, 0));
    my $more = 1;
    while ($more) {
      defined recv($nftables{$n}, my $got, 1 << 16, 0) or die "counters: $!\n";
      for (my $at = 0; $at + 16 <= length $got;) {
        my ($length, $type) = unpack('L S', substr($got, $at, 6));
        if ($type == 3) { $more = 0; last }
        if ($type == 2) { $! = -unpack('l', substr($got, $at + 16, 4)); die "counters: $!\n" }
        my ($family, $end) = (ord(substr($got, $at + 16, 1)), $at + $length); my ($table, $chain, $packets) = ('', '', undef);
        for (my $a = $at + 20; $a + 4 <= $end;) {
          my ($l, $t) = unpack('S S', substr($got, $a, 4)); $t &= 0x3fff; last if $l < 4;
          if ($t == 1) { $table = substr($got, $a + 4, $l - 5) }
          elsif ($t == ($ask == 7 ? 2 : 3)) { $chain = substr($got, $a + 4, $l - 5) }
          elsif ($ask == 7 && $t == 4) { $packets = rule_packets($a + 4, $a + $l, $got) }
          elsif ($ask == 4 && $t == 8) { $packets = packets_in($a + 4, $a + $l, $got) }
          $a += ($l + 3) & ~3;
        }
        if ($ask == 7) { push @{$now{"$family\t$table\t$chain\t"}}, $packets || 0 } elsif (defined $packets) { $now{"$family\t$table\t$chain\tpolicy"} = [$packets] }
        $at += ($length + 3) & ~3;
      }
    }
  }
  return \%now;
}
# What grew since it was last looked at: the place of the rule in its chain, by how much, and how many rules the chain has.
sub grown {
  my ($n, $tell) = @_; my ($was, $now) = ($counted{$n}, tally($n)); $counted{$n} = $now;
  return unless $tell;
  for my $key (sort keys %$now) {
    my ($before, $after) = ($was->{$key} || [], $now->{$key});
    for my $i (0 .. $#$after) {
      my $more = $after->[$i] - ($before->[$i] || 0); next unless $more > 0;
      my ($family, $table, $chain, $policy) = split /\t/, $key; say_('grown', $n, $family, $table, $chain, $policy ? 'policy' : $i, $more, scalar @$after);
    }
  }
}
# Rules see no packet in a namespace on whose devices none was (touched); one that is not watched may have had some.
sub grown_where_packets_were { my ($tell, $from) = @_; for my $n (sort { $a <=> $b } keys %counted) { grown($n, $tell) if $touched{$n} || !$packet{$n} || $n eq $from } %touched = () }
`
