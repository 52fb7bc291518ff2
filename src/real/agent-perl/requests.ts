// Part of the helper process (../agent-perl.ts), in Perl. The requests, one a line, until the pipe ends.

export const REQUESTS = String.raw`sub options { my %o; for (@_) { /^([a-z]+)=(.*)$/s and $o{$1} = plain($2) } return \%o }
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
    elsif ($what eq 'deaf') { deaf(@f) }
    elsif ($what eq 'leave') { leave(@f) }
    elsif ($what eq 'echo') { watch_echo($_) for @f }
    elsif ($what eq 'capture') { capture_in($_) for @f }
    elsif ($what eq 'counted') { %counted = (); grown($_, 0) for @f }
    elsif ($what eq 'flow') { flow(options(@f)) }
    elsif ($what eq 'program') { program(@f) }
    elsif ($what eq 'untrack') { untrack(@f) }
    elsif ($what eq 'strangers') { strangers(@f) }
    elsif ($what eq 'many') { many(options(@f[1 .. $#f]), $f[0]) }
    elsif ($what eq 'forget') { forget(@f) }
    elsif ($what eq 'conntrack') { conntrack($_) for @f }
    else { die "'$what' is no request\n" }
    1;
  } or say_('died', $@);
  put(join('', map { "$_\n" } @lines, '.'));
}
`
