"""Every sentence and label that a reader sees, in one place, so that another language can be added.

This package imports nothing of the project: the other rooms name a sentence by its key and hand over the values. Each
module lists what it offers; what is offered here is all of it.
"""

from cdi.wording.agreeing import *
from cdi.wording.attacking import *
from cdi.wording.catalogue import *
from cdi.wording.charting import *
from cdi.wording.checking import *
from cdi.wording.comparing import *
from cdi.wording.disclosing import *
from cdi.wording.disparities import *
from cdi.wording.disputing import *
from cdi.wording.explaining import *
from cdi.wording.faults import *
from cdi.wording.forces import *
from cdi.wording.inspecting import *
from cdi.wording.labels import *
from cdi.wording.machine import *
from cdi.wording.modelling import *
from cdi.wording.monitoring import *
from cdi.wording.national import *
from cdi.wording.planning import *
from cdi.wording.proposing import *
from cdi.wording.report_methods import *
from cdi.wording.reporting import *
from cdi.wording.rereading import *
from cdi.wording.resampling import *
from cdi.wording.reviewing import *
from cdi.wording.samples import *
from cdi.wording.selecting import *
from cdi.wording.sentences import *
from cdi.wording.simulating import *
from cdi.wording.templates import *
from cdi.wording.watching import *
