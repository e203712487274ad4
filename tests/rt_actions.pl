# What people do in a Request Tracker, through RT's own code. One JSON object a line in ({"do", "at", "as", …}),
# one a line out: {"is": …} or {"error": …}. `at` goes into the clock file that libfaketime reads, so that RT
# writes its histories in the past by itself.
use strict;
use warnings;
use lib '/usr/share/request-tracker5/lib';
use JSON;
use RT;

RT::LoadConfig();
RT::Init();
$RT::Handle->dbh->do('PRAGMA synchronous = OFF');    # it need not survive a power cut
my $json = JSON->new->canonical;

my %do = (
    # Mail is not what is tested; that an answer opens a ticket is.
    quiet => sub {
        my $scrips = RT::Scrips->new( RT->SystemUser );
        $scrips->UnLimit;
        while ( my $scrip = $scrips->Next ) { $scrip->SetDisabled(1) if $scrip->ActionObj->Name =~ /^Notify/ }
        return 1;
    },
    queue => sub {
        my $queue = RT::Queue->new( RT->SystemUser );
        return told( $queue->Create( Name => $_[0]{name} ) );
    },
    # A custom field of the tickets of all queues.
    field => sub {
        my $field = RT::CustomField->new( RT->SystemUser );
        told( $field->Create( Name => $_[0]{name}, Type => $_[0]{type}, LookupType => 'RT::Queue-RT::Ticket' ) );
        return told( $field->AddToObject( RT::Queue->new( RT->SystemUser ) ) );
    },
    user => sub {
        my $user = RT::User->new( RT->SystemUser );
        told( $user->Create( Name => $_[0]{name}, RealName => $_[0]{real}, Password => $_[0]{password},
            EmailAddress => "$_[0]{name}\@example.org", Privileged => 1 ) );
        return $user->Id;
    },
    grant => sub {
        my $where = $_[0]{queue} ? loaded( 'RT::Queue', 'RT_System', $_[0]{queue} ) : RT->System;
        told( loaded( 'RT::User', 'RT_System', $_[0]{user} )->PrincipalObj->GrantRight( Right => $_, Object => $where ) )
            for @{ $_[0]{rights} };
        return 1;
    },
    token => sub {
        my $token = RT::AuthToken->new( RT->SystemUser );
        my $owner = loaded( 'RT::User', 'RT_System', $_[0]{user} )->Id;
        my ( $id, $said, $text ) = $token->Create( Owner => $owner, Description => 'test' );
        return $id ? $text : die $said;
    },
    create => sub {
        my $ticket = RT::Ticket->new( user( $_[0]{as} ) );
        my %values = map { ( 'CustomField-' . field($_) => $_[0]{fields}{$_} ) } keys %{ $_[0]{fields} };
        my ( $id, undef, $said ) = $ticket->Create( Queue => $_[0]{queue}, Subject => $_[0]{subject},
            Requestor => $_[0]{requestor}, Owner => $_[0]{owner}, %values );
        return $id || die $said;
    },
    status   => sub { told( ticket( $_[0] )->SetStatus( $_[0]{to} ) ) },
    owner    => sub { told( ticket( $_[0] )->SetOwner( $_[0]{to}, 'Force' ) ) },
    take     => sub { told( ticket( $_[0] )->Take ) },
    untake   => sub { told( ticket( $_[0] )->Untake ) },
    steal    => sub { told( ticket( $_[0] )->Steal ) },
    add      => sub { told( ticket( $_[0] )->AddCustomFieldValue( value_of( $_[0] ) ) ) },
    remove   => sub { told( ticket( $_[0] )->DeleteCustomFieldValue( value_of( $_[0] ) ) ) },
    due      => sub { told( ticket( $_[0] )->SetDue( $_[0]{to} ) ) },
    subject  => sub { told( ticket( $_[0] )->SetSubject( $_[0]{to} ) ) },
    priority => sub { told( ticket( $_[0] )->SetPriority( $_[0]{to} ) ) },
    move     => sub { told( ticket( $_[0] )->SetQueue( $_[0]{to} ) ) },
    comment  => sub { told( ticket( $_[0] )->Comment( Content => 'between us' ) ) },
    reply    => sub { told( ticket( $_[0] )->Correspond( Content => 'to the user' ) ) },
    link     => sub { told( ticket( $_[0] )->AddLink( Type => $_[0]{type}, Target => $_[0]{to} ) ) },
    unlink   => sub { told( ticket( $_[0] )->DeleteLink( Type => $_[0]{type}, Target => $_[0]{to} ) ) },
    merge    => sub { told( ticket( $_[0] )->MergeInto( $_[0]{to} ) ) },
);

sub field {
    my $field = RT::CustomField->new( RT->SystemUser );
    $field->LoadByNameAndQueue( Name => $_[0], Queue => 0 );
    return $field->Id || die "no field $_[0]";
}

sub loaded {
    my ( $class, $as, $id ) = @_;
    my $object = $class->new( user($as) );
    $object->Load($id);
    return $object->Id ? $object : die "no $class $id";
}

sub user     { my $user = RT::CurrentUser->new; $user->Load( $_[0] ); $user }
sub ticket   { loaded( 'RT::Ticket', $_[0]{as}, $_[0]{id} ) }
sub value_of { ( Field => field( $_[0]{field} ), Value => $_[0]{value} ) }
sub told     { my ( $ok, $said ) = @_; $ok ? 1 : die $said }

$| = 1;
while ( my $line = <STDIN> ) {
    my $action = $json->decode($line);
    if ( $action->{at} ) {
        open my $clock, '>', $ENV{FAKETIME_TIMESTAMP_FILE} or die $!;
        print $clock $action->{at};
        close $clock;
    }
    my $answer = eval { { is => $do{ $action->{do} }->($action) } };
    print $json->encode( $answer || { error => "$@" } ), "\n";
}
